import fc from 'fast-check';
import { expect, test } from 'vitest';
import { comparePulsarPositions, decodeMessageId, encodeMessageId, idOfPosition, positionOf } from './message-id.ts';

const number = fc.bigInt({ min: 0n, max: 2n ** 63n - 1n });
const id = fc.record({ ledgerId: number, entryId: number, batchIndex: fc.bigInt({ min: -1n, max: 1000n }) });

test('any id is read as it was written', () => {
  fc.assert(
    fc.property(id, (one) => {
      expect(decodeMessageId(encodeMessageId(one))).toEqual(one);
      expect(idOfPosition(positionOf(one))).toEqual(one);
    }),
  );
});

test('positions are ordered by ledger, entry and place in a batch, as numbers', () => {
  const order = ['9.9', '9.10', '9.10.0', '9.10.2', '10.0', '9007199254740993.0', '9007199254740993.1'];
  for (const [i, a] of order.entries()) {
    for (const [j, b] of order.entries()) expect(Math.sign(comparePulsarPositions(a, b))).toBe(Math.sign(i - j));
  }
});

test('ids of a broker are read: of a receipt, and with a batch size', () => {
  expect(decodeMessageId('CAUQADAA')).toEqual({ ledgerId: 5n, entryId: 0n, batchIndex: -1n });
  // ledger 65, entry 3, partition -1, batch index 2, batch size 4
  const batched = Buffer.from([8, 65, 16, 3, 24, ...Array(9).fill(255), 1, 32, 2, 48, 4]).toString('base64');
  expect(decodeMessageId(batched)).toEqual({ ledgerId: 65n, entryId: 3n, batchIndex: 2n });
});

test.each(['', '5', '-1.0', '1.-1', 'a.b', '1.2.3.4', '1e3.1', 'CAUQADAA'])('%j is no position', (text) => {
  expect(() => idOfPosition(text)).toThrow(/no position of a log in Pulsar/);
});
