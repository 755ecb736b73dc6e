const BACKOFF_MS = { first: 100, last: 5000 };

/** The wait before try n + 1, of which up to the half is chance, so that many processes do not come back at once. */
export function backoffMs(failures: number, random: () => number): number {
  const full = Math.min(BACKOFF_MS.first * 2 ** Math.max(0, failures - 1), BACKOFF_MS.last);
  return full * (0.5 + random() / 2);
}
