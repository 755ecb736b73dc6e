/** Milliseconds since the epoch; a parameter everywhere, so that tests can set it. */
export type Clock = { now(): number };

export const systemClock: Clock = { now: () => Date.now() };

export function isoTimeOf(clock: Clock): string {
  return new Date(clock.now()).toISOString();
}
