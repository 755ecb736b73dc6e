import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import { DarkroomError } from '../errors/darkroom-error.ts';
import type { Abortable } from '../lifecycle/abortable.ts';
import type { ObjectStore } from '../object-store/object-store.ts';
import { encodeEvent } from '../schemas/read-event.ts';

/**
 * A decision: a small object created once, whose content is the complete event, byte for byte.
 * Whoever meets it, winner or loser, publishes exactly `bytes`; so all copies of the event are equal, and a crash between
 * deciding and publishing is healed by the next one that looks.
 */
export type Decision<T> = {
  event: T;
  bytes: Uint8Array;
  /** True if this very call's event stands. */
  mine: boolean;
};

type Identified = { eventId: string };

/** Decides `key` by `event` unless it was decided before; returns what stands. */
export async function decide<T extends Identified>(
  store: ObjectStore,
  key: string,
  event: T,
  schema: z.ZodType<T>,
  options: Abortable = {},
): Promise<Decision<T>> {
  const bytes = encodeEvent(event);
  let failure: unknown = null;
  try {
    if (await store.create(key, bytes, { contentType: 'application/json', ...options })) {
      return { event, bytes, mine: true };
    }
  } catch (error) {
    // A timeout or a cut connection leaves open whether the object was created: reading settles it.
    failure = error;
  }
  const standing = await readDecision(store, key, schema, options);
  if (standing === null) {
    throw failure ?? new DarkroomError('STORE_UNAVAILABLE', `The decision ${key} was taken but cannot be read`);
  }
  return { ...standing, mine: standing.event.eventId === event.eventId };
}

/** The decision that stands under a key, or null. */
export async function readDecision<T extends Identified>(
  store: ObjectStore,
  key: string,
  schema: z.ZodType<T>,
  options: Abortable = {},
): Promise<Omit<Decision<T>, 'mine'> | null> {
  const found = await store.get(key, options);
  if (found === null) return null;
  const event = schema.parse(JSON.parse(new TextDecoder().decode(found.body)));
  return { event, bytes: found.body };
}

const PROBES = 8;

/** Refuses to go on with a store that lets more than one of several parallel creators win. */
export async function probeConditionalWrites(store: ObjectStore, options: Abortable = {}): Promise<void> {
  const key = `probes/${randomUUID()}`;
  const won = await Promise.all(
    Array.from({ length: PROBES }, (_, i) =>
      store.create(key, encodeEvent({ probe: i }), { contentType: 'application/json', ...options }),
    ),
  );
  await store.delete(key, options);
  const winners = won.filter(Boolean).length;
  if (winners === 1) return;
  throw new DarkroomError(
    'CONFIG_INVALID',
    `The object store ignores conditional writes (${winners} of ${PROBES} parallel creators won): use one that honours If-None-Match`,
  );
}
