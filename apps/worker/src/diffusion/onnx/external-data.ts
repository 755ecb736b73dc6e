import { type FileHandle, open, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** External weights that a graph cannot read: which file, how long it must at least be, how long it is. */
export type ExternalDataFault = { location: string; expectedBytes: number; foundBytes: number | null };

/**
 * Field numbers of onnx.proto (ONNX IR 10): ModelProto.graph, GraphProto.initializer, TensorProto.external_data,
 * StringStringEntryProto.key and .value.
 */
const FIELDS = { graph: 7, initializer: 5, externalData: 13, key: 1, value: 2 } as const;
/** A tensor with external data holds only names and numbers; a longer one holds its weights itself. */
const TENSOR_BYTES_MAX = 64 * 1024;
const WINDOW_BYTES = 256 * 1024;

/**
 * Looks whether the files beside a graph that hold its weights are there and long enough: onnxruntime's own message
 * does not name them, and some versions read past the end. Reads the graph's structure only, never its weights.
 */
export async function checkExternalData(graphPath: string): Promise<ExternalDataFault | null> {
  const needed = new Map<string, number>();
  await using file = await open(graphPath);
  const reader = new ProtobufReader(file, (await file.stat()).size);
  for await (const graph of reader.fields(0, reader.size, FIELDS.graph)) {
    for await (const tensor of reader.fields(graph.start, graph.end, FIELDS.initializer)) {
      if (tensor.end - tensor.start > TENSOR_BYTES_MAX) continue;
      const entries = new Map<string, string>();
      for await (const entry of reader.fields(tensor.start, tensor.end, FIELDS.externalData)) {
        const [key, value] = [await reader.text(entry, FIELDS.key), await reader.text(entry, FIELDS.value)];
        entries.set(key, value);
      }
      const location = entries.get('location');
      if (location === undefined) continue;
      const end = Number(entries.get('offset') ?? 0) + Number(entries.get('length') ?? 0);
      needed.set(location, Math.max(needed.get(location) ?? 0, end));
    }
  }
  for (const [location, expectedBytes] of needed) {
    const found = await stat(join(dirname(graphPath), location)).catch(() => null);
    if (!found || found.size < expectedBytes) {
      return { location, expectedBytes, foundBytes: found?.size ?? null };
    }
  }
  return null;
}

type Span = { start: number; end: number };

/** Walks a protobuf message in a file. A message that breaks off or makes no sense simply ends: the runtime will say more. */
class ProtobufReader {
  readonly size: number;
  readonly #file: FileHandle;
  readonly #window = Buffer.alloc(WINDOW_BYTES);
  #windowStart = 0;
  #windowLength = 0;

  constructor(file: FileHandle, size: number) {
    this.#file = file;
    this.size = size;
  }

  /** The length-delimited fields of one number. */
  async *fields(start: number, end: number, wanted: number): AsyncGenerator<Span> {
    for (let at = start; at < end; ) {
      const tag = await this.#varint(at);
      if (!tag) return;
      at = tag.next;
      const span = await this.#span(at, tag.value & 7);
      if (!span || span.end > end) return;
      if ((tag.value & 7) === 2 && tag.value >>> 3 === wanted) yield span;
      at = span.end;
    }
  }

  async text(within: Span, field: number): Promise<string> {
    for await (const { start, end } of this.fields(within.start, within.end, field)) {
      await this.#load(start, end - start);
      return this.#window.toString('utf8', start - this.#windowStart, end - this.#windowStart);
    }
    return '';
  }

  /** Where a field's content lies, by its wire type. */
  async #span(at: number, wireType: number): Promise<Span | null> {
    if (wireType === 1) return { start: at, end: at + 8 };
    if (wireType === 5) return { start: at, end: at + 4 };
    const number = await this.#varint(at);
    if (!number) return null;
    if (wireType === 0) return { start: at, end: number.next };
    return wireType === 2 ? { start: number.next, end: number.next + number.value } : null;
  }

  async #varint(at: number): Promise<{ value: number; next: number } | null> {
    await this.#load(at, 10);
    let value = 0;
    for (let i = 0; i < 10; i++) {
      const place = at + i - this.#windowStart;
      const byte = place < this.#windowLength ? this.#window[place] : undefined;
      if (byte === undefined) return null;
      value += (byte & 0x7f) * 2 ** (7 * i);
      if (byte < 0x80) return { value, next: at + i + 1 };
    }
    return null;
  }

  /** Makes the window hold so many bytes from a place on, as far as the file goes. */
  async #load(at: number, length: number): Promise<void> {
    const has = this.#windowStart + this.#windowLength;
    if (at >= this.#windowStart && (at + length <= has || has === this.size)) return;
    const { bytesRead } = await this.#file.read(this.#window, 0, WINDOW_BYTES, at);
    this.#windowStart = at;
    this.#windowLength = bytesRead;
  }
}
