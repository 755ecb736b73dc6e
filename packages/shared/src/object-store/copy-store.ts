import type { Abortable } from '../lifecycle/abortable.ts';
import type { ObjectStore } from './object-store.ts';

/** By the ends of the keys that are written here: pictures and decisions. */
const CONTENT_TYPES: Readonly<Record<string, string>> = { png: 'image/png', json: 'application/json' };

/**
 * Copies every object under its key. An object that the target has already stays as it is: decisions are made once, and a copy that was
 * interrupted goes on. Returns how many were copied and how many were there.
 */
export async function copyStore(
  from: ObjectStore,
  to: ObjectStore,
  options: Abortable = {},
): Promise<{ copied: number; there: number }> {
  const count = { copied: 0, there: 0 };
  for await (const { key } of from.list('', options)) {
    const object = await from.get(key, options);
    if (!object) continue;
    const contentType = CONTENT_TYPES[key.split('.').at(-1) ?? ''] ?? 'application/octet-stream';
    const created = await to.create(key, object.body, { ...options, contentType });
    count[created ? 'copied' : 'there'] += 1;
  }
  return count;
}
