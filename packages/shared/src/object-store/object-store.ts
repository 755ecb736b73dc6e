import type { Abortable } from '../lifecycle/abortable.ts';

/**
 * Port: pictures, inputs and decisions as objects.
 *
 * Keys are `/`-separated, any Unicode, without empty, `.` or `..` segments, control characters or backslashes (`object-key.ts`);
 * reading another key finds nothing, writing it is `INTERNAL`. Writes are atomic and durable when they resolve: a reader sees all of an object or none.
 * "Missing" is null. Errors are `STORE_UNAVAILABLE` or `DISK_FULL`; after one, a write may or may not have happened.
 */
export interface ObjectStore extends AsyncDisposable {
  /** Stands in events beside the key. */
  readonly bucket: string;
  put(key: string, body: Uint8Array, options: WriteOptions): Promise<void>;
  /** Creates the object only if it is absent: true for exactly one of any number of parallel callers. */
  create(key: string, body: Uint8Array, options: WriteOptions): Promise<boolean>;
  get(key: string, options?: GetOptions): Promise<StoredObject | null>;
  head(key: string, options?: Abortable): Promise<ObjectHead | null>;
  /** In the order of their keys' UTF-8 bytes. */
  list(prefix: string, options?: Abortable): AsyncIterable<ObjectHead & { key: string }>;
  delete(key: string, options?: Abortable): Promise<void>;
  /** A URL that lets its bearer read the object for a while; null where the store has none (a folder). */
  link(key: string, options: LinkOptions): Promise<{ url: string; expiresAt: number } | null>;
}

export type WriteOptions = Abortable & { contentType: string };
/** Both ends inclusive; `end` beyond the object is cut to it. */
export type ByteRange = { start: number; end: number };
export type GetOptions = Abortable & { range?: ByteRange | undefined };
export type ObjectHead = { size: number; etag: string; lastModified: number };
export type StoredObject = ObjectHead & { body: Uint8Array };
export type LinkOptions = Abortable & { seconds: number; downloadName?: string | undefined };
