import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readLines } from './ndjson.ts';

async function* inChunks(bytes: Uint8Array, cuts: readonly number[]): AsyncGenerator<Uint8Array> {
  const places = [...new Set([0, ...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length])].sort((a, b) => a - b);
  for (let i = 1; i < places.length; i += 1) yield bytes.subarray(places[i - 1], places[i]);
}

test('any JSON values come back, however the bytes are cut', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.json()), fc.array(fc.nat()), async (values, cuts) => {
      const bytes = Buffer.from(values.map((value) => `${value}\n`).join(''));
      expect(await Array.fromAsync(readLines(inChunks(bytes, cuts), 1e6))).toEqual(values);
    }),
  );
});

test('only a newline byte ends a line', async () => {
  const lines = ['"a\u2028b\u2029c\u0085d\re"', '"second"'];
  expect(await Array.fromAsync(readLines(inChunks(Buffer.from(lines.join('\n')), [3, 4]), 100))).toEqual(lines);
});

test('a line without an end is bounded', async () => {
  await expect(Array.fromAsync(readLines(inChunks(Buffer.alloc(2000, 'x'), [500, 900]), 1000))).rejects.toThrow(
    /longer/,
  );
});
