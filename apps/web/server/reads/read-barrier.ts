import type { EventLog, Position } from '@darkroom/shared/event-log/event-log';
import type { Abortable } from '@darkroom/shared/lifecycle/abortable';
import type { ReadModelReader } from '@darkroom/shared/read-model/read-model-reader';
import { PERSISTENT_TOPICS } from '@darkroom/shared/schemas/topics';

/** Positions by topic. */
export type Positions = ReadonlyMap<string, Position>;

/** How long a request waits for the read model before it is told to come again. */
const READ_WAIT_MS = 2000;

/** Lets a request wait until the read model beside this process has folded what the request depends on. */
export type ReadBarrier = {
  hasPassed(positions: Positions): boolean;
  /** True as soon as the read model has folded all of these, false after `READ_WAIT_MS`. */
  waitFor(positions: Positions, options?: Abortable): Promise<boolean>;
  /** Where each topic ends, looked up after this call began. Calls at the same time share a look-up. */
  ends(): Promise<Positions>;
};

/** A read model that is replaced wakes nobody: look again after this long. */
const LOOK_AGAIN_MS = 250;

export function createReadBarrier(log: EventLog, reader: ReadModelReader, waitMs = READ_WAIT_MS): ReadBarrier {
  const hasPassed = (positions: Positions) => {
    for (const [topic, position] of positions) {
      const folded = reader.position(topic);
      if (folded === null || log.comparePositions(folded, position) < 0) return false;
    }
    return true;
  };
  return {
    hasPassed,
    ends: sharedCalls(() => lookUpEnds(log)),
    async waitFor(positions, { signal } = {}) {
      const until = performance.now() + waitMs;
      for (;;) {
        signal?.throwIfAborted();
        const version = reader.version();
        if (hasPassed(positions)) return true;
        const leftMs = until - performance.now();
        if (leftMs <= 0) return false;
        await reader.changed(version, Math.min(leftMs, LOOK_AGAIN_MS), { signal });
      }
    },
  };
}

async function lookUpEnds(log: EventLog): Promise<Positions> {
  const ends = await Promise.all(
    PERSISTENT_TOPICS.map(async (topic) => [topic, await log.lastPosition(topic)] as const),
  );
  return new Map(ends.flatMap(([topic, position]) => (position === null ? [] : [[topic, position]])));
}

/**
 * A call during a running one cannot take its result, which may be older than the call; so it waits for the next one,
 * which all calls that arrive meanwhile share.
 */
export function sharedCalls<T>(call: () => Promise<T>): () => Promise<T> {
  let running: Promise<unknown> | null = null;
  let next: Promise<T> | null = null;
  const start = async (): Promise<T> => {
    await running?.catch(() => undefined);
    next = null;
    const current = call();
    running = current;
    try {
      return await current;
    } finally {
      if (running === current) running = null;
    }
  };
  return () => {
    next ??= start();
    return next;
  };
}
