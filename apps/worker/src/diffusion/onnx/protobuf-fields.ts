/** One field of a protobuf message in memory: where it starts (its tag), where its content lies, where it ends. */
export type ProtobufField = { number: number; wireType: number; from: number; start: number; end: number };

/** The fields of a message, in order. Throws where the bytes are no protobuf. */
export function* protobufFields(bytes: Uint8Array, start = 0, end = bytes.length): Generator<ProtobufField> {
  for (let at = start; at < end; ) {
    const from = at;
    const tag = readVarint(bytes, at);
    at = tag.next;
    const wireType = tag.value % 8;
    const field = { number: Math.floor(tag.value / 8), wireType, from };
    if (wireType === 2) {
      const length = readVarint(bytes, at);
      yield { ...field, start: length.next, end: length.next + length.value };
      at = length.next + length.value;
    } else {
      const next = wireType === 0 ? readVarint(bytes, at).next : at + fixedBytes(wireType);
      yield { ...field, start: at, end: next };
      at = next;
    }
    if (at > end) throw new Error('the graph breaks off');
  }
}

/** A length-delimited field of other content. */
export function protobufField(number: number, content: readonly Uint8Array[]): Uint8Array[] {
  const length = content.reduce((sum, part) => sum + part.length, 0);
  return [Uint8Array.from([...varint(number * 8 + 2), ...varint(length)]), ...content];
}

function fixedBytes(wireType: number): number {
  if (wireType === 1) return 8;
  if (wireType === 5) return 4;
  throw new Error(`the graph is no protobuf: wire type ${wireType}`);
}

function readVarint(bytes: Uint8Array, at: number): { value: number; next: number } {
  let value = 0;
  for (let i = 0; i < 10; i++) {
    const byte = bytes[at + i];
    if (byte === undefined) break;
    value += (byte & 0x7f) * 2 ** (7 * i);
    if (byte < 0x80) return { value, next: at + i + 1 };
  }
  throw new Error('the graph breaks off');
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) + 0x80);
  return [...bytes, rest];
}
