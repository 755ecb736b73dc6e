/** Waits before the restarts of a process that keeps ending: the first is at once. */
const DELAYS_MS = [0, 250, 500, 1000, 2000, 4000] as const;

export class RestartBackoff {
  #ends = 0;

  /** The process did what it is for: it counts as healthy again. */
  succeeded(): void {
    this.#ends = 0;
  }

  nextDelayMs(): number {
    const delay = DELAYS_MS[Math.min(this.#ends, DELAYS_MS.length - 1)] ?? 0;
    this.#ends += 1;
    return delay;
  }
}
