import { DarkroomError } from '../../errors/darkroom-error.ts';
import type { Position } from '../event-log.ts';

/** Where a message lies: ledgers rise over a topic's life, entries within a ledger, -1 where there is no batch. */
export type MessageId = { ledgerId: bigint; entryId: bigint; batchIndex: bigint };

/** Fields of `MessageIdData` (PulsarApi.proto); partition (3), ack_set (5), batch_size (6) and first_chunk (7) tell no order. */
const FIELDS = new Map<number, keyof MessageId>([
  [1, 'ledgerId'],
  [2, 'entryId'],
  [4, 'batchIndex'],
]);
const LENGTH_DELIMITED = 2;

/** Decodes an id as the broker writes it. Equal messages may differ as text (receipts carry no batch size), so ids are never compared undecoded. */
export function decodeMessageId(base64: string): MessageId {
  const bytes = Buffer.from(base64, 'base64');
  const id: MessageId = { ledgerId: 0n, entryId: 0n, batchIndex: -1n };
  let at = 0;
  const varint = (): bigint => {
    for (let value = 0n, shift = 0n; ; shift += 7n) {
      const byte = bytes[at];
      if (byte === undefined || shift > 63n)
        throw new DarkroomError('LOG_UNAVAILABLE', `"${base64}" is no message id of Pulsar`);
      at += 1;
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return BigInt.asIntN(64, value);
    }
  };
  while (at < bytes.length) {
    const tag = Number(varint());
    if ((tag & 7) === LENGTH_DELIMITED) {
      const length = Number(varint());
      at += length;
      continue;
    }
    const value = varint();
    const field = FIELDS.get(tag >> 3);
    if (field !== undefined) id[field] = value;
  }
  return id;
}

/** The least that the broker takes as the place after which a reader starts. */
export function encodeMessageId({ ledgerId, entryId, batchIndex }: MessageId): string {
  const bytes: number[] = [];
  const varint = (value: bigint) => {
    let rest = BigInt.asUintN(64, value);
    for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
    bytes.push(Number(rest));
  };
  for (const [field, value] of [
    [1n, ledgerId],
    [2n, entryId],
    ...(batchIndex < 0n ? [] : [[4n, batchIndex] as const]),
  ] as const) {
    varint(field << 3n);
    varint(value);
  }
  return Buffer.from(bytes).toString('base64');
}

/** `ledger.entry`, and `.index` within a batch (which only producers of others make). */
export function positionOf({ ledgerId, entryId, batchIndex }: MessageId): Position {
  return batchIndex < 0n ? `${ledgerId}.${entryId}` : `${ledgerId}.${entryId}.${batchIndex}`;
}

const POSITION = /^(\d{1,19})\.(\d{1,19})(?:\.(\d{1,9}))?$/;

export function idOfPosition(position: Position): MessageId {
  const [, ledger, entry, index] = POSITION.exec(position) ?? [];
  if (ledger === undefined || entry === undefined)
    throw new DarkroomError('LOG_UNAVAILABLE', `"${position}" is no position of a log in Pulsar`);
  return { ledgerId: BigInt(ledger), entryId: BigInt(entry), batchIndex: index === undefined ? -1n : BigInt(index) };
}

export function comparePulsarPositions(a: Position, b: Position): number {
  const [left, right] = [idOfPosition(a), idOfPosition(b)];
  for (const key of ['ledgerId', 'entryId', 'batchIndex'] as const) {
    if (left[key] !== right[key]) return left[key] < right[key] ? -1 : 1;
  }
  return 0;
}
