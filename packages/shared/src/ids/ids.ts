import { createHash } from 'node:crypto';
import { v7 } from 'uuid';
import type { Clock } from '../time/clock.ts';
import { systemClock } from '../time/clock.ts';

/** Makes UUIDv7s: unique, and rising within a process even if the clock stands still or jumps back. */
export type Ids = {
  next(): string;
  /** The next id, made greater than `seen` even if this machine's clock is behind its author's (hybrid clock). */
  after(seen: string): string;
};

export function createIds(clock: Clock = systemClock): Ids {
  let floorMs = 0;
  let last = '';
  const next = () => {
    floorMs = Math.max(floorMs, clock.now());
    let id = v7({ msecs: floorMs });
    // Explicit msecs switch the library's own monotony off: a tie that falls is moved to the next millisecond.
    if (id <= last) {
      floorMs += 1;
      id = v7({ msecs: floorMs });
    }
    last = id;
    return id;
  };
  return {
    next,
    after(seen) {
      floorMs = Math.max(floorMs, timeOfId(seen) + 1);
      return next();
    },
  };
}

/** The UUIDv7 of something that has a time and a name: whoever makes it, and however often, it is the same. */
export function idOf(timeMs: number, ...name: readonly string[]): string {
  const random = createHash('sha256').update(JSON.stringify(name)).digest();
  return v7({ msecs: timeMs, random: random.subarray(0, 16), seq: random.readUInt32BE(16) & 0x7fffffff });
}

/** Milliseconds since the epoch that a UUIDv7 carries in its first 48 bits (RFC 9562, 5.7). */
export function timeOfId(id: string): number {
  return Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16);
}

const ANY_SPELLING =
  /^(?:urn:uuid:)?\{?([0-9a-f]{8})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{12})\}?$/i;

/** The canonical spelling of a UUID given in any usual one, or null. */
export function canonicalUuid(text: string): string | null {
  const groups = ANY_SPELLING.exec(text.trim());
  return groups ? groups.slice(1).join('-').toLowerCase() : null;
}
