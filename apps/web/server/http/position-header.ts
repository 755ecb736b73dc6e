import type { Positions } from '../reads/read-barrier.ts';

/**
 * `X-Darkroom-Position: topic=position[, topic=position]`: given by every change, sent back by clients with their next reads, so that
 * any replica answers at least as new. What cannot be read is no position and is passed over.
 */
export const POSITION_HEADER = 'x-darkroom-position';

const ENTRIES_MAX = 16;
const ENTRY = /^([a-z][a-z0-9_]{0,99})=([A-Za-z0-9%._~:+-]{1,200})$/;

export function formatPositions(positions: Positions): string {
  return [...positions].map(([topic, position]) => `${topic}=${encodeURIComponent(position)}`).join(', ');
}

export function parsePositions(header: string | null): Positions {
  const entries = (header ?? '').split(',').slice(0, ENTRIES_MAX);
  return new Map(
    entries.flatMap((entry) => {
      const [, topic, position] = ENTRY.exec(entry.trim()) ?? [];
      const decoded = position === undefined ? null : decode(position);
      return topic === undefined || decoded === null ? [] : [[topic, decoded]];
    }),
  );
}

function decode(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
