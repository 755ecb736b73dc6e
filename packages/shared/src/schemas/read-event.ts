import { z } from 'zod';
import { type PersistentEvent, persistentEvent, SCHEMA_VERSION } from './events.ts';

export type ReadEvent =
  | { kind: 'event'; event: PersistentEvent }
  /** A newer process wrote it: keep it, do not guess. */
  | { kind: 'unknown-version'; reason: string }
  /** JSON, but no event of ours. */
  | { kind: 'invalid'; reason: string }
  | { kind: 'not-json'; reason: string };

const versioned = z.looseObject({ schemaVersion: z.number() });

/** Reads the bytes of a message of any persistent topic. */
export function readEvent(payload: Uint8Array): ReadEvent {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload));
  } catch (error) {
    return { kind: 'not-json', reason: error instanceof Error ? error.message : String(error) };
  }
  const parsed = persistentEvent.safeParse(json);
  if (parsed.success) return { kind: 'event', event: parsed.data };
  const version = versioned.safeParse(json);
  if (version.success && version.data.schemaVersion !== SCHEMA_VERSION) {
    return { kind: 'unknown-version', reason: `schema version ${version.data.schemaVersion} is not known here` };
  }
  return { kind: 'invalid', reason: z.prettifyError(parsed.error).slice(0, 1000) };
}

/** The bytes that are published, decided and compared. */
export function encodeEvent(event: object): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(event));
}
