import { expect, test } from 'vitest';
import { cachedTextEncoder } from './cached-text-encoder.ts';

function counting() {
  const encoded: string[] = [];
  const encoder = cachedTextEncoder(
    {
      async encode(rows) {
        encoded.push(...rows.map((row) => row.join(' ')));
        return Float32Array.from(rows.flat(), (id) => id / 10);
      },
    },
    2,
  );
  return { encoded, encoder };
}

test('a row is encoded once, while it is among those used last', async () => {
  const { encoded, encoder } = counting();
  expect([
    ...(await encoder.encode(
      [
        [1, 2],
        [3, 4],
        [1, 2],
      ],
      1,
    )),
  ]).toEqual([...Float32Array.from([0.1, 0.2, 0.3, 0.4, 0.1, 0.2])]);
  await encoder.encode(
    [
      [1, 2],
      [5, 6],
    ],
    1,
  );
  expect(encoded).toEqual(['1 2', '3 4', '5 6']);
  await encoder.encode([[3, 4]], 1);
  expect(encoded).toEqual(['1 2', '3 4', '5 6', '3 4']);
});

test('a row at another layer is another row', async () => {
  const { encoded, encoder } = counting();
  for (const clipSkip of [1, 2, 2, 1]) await encoder.encode([[1]], clipSkip);
  expect(encoded).toEqual(['1', '1']);
});

test('what is done to the answer does not touch what is kept', async () => {
  const { encoder } = counting();
  (await encoder.encode([[1]], 1)).fill(Number.NaN);
  expect([...(await encoder.encode([[1]], 1))]).toEqual([Math.fround(0.1)]);
});

test('what failed is not kept', async () => {
  let tries = 0;
  const encoder = cachedTextEncoder({
    async encode() {
      tries += 1;
      if (tries === 1) throw new Error('broken');
      return Float32Array.of(1);
    },
  });
  await expect(encoder.encode([[1]], 1)).rejects.toThrow('broken');
  expect([...(await encoder.encode([[1]], 1))]).toEqual([1]);
});
