import { isDarkroomError, messageOf } from '@darkroom/shared/errors/darkroom-error';
import { delay } from '@darkroom/shared/lifecycle/delay';
import { waitFor } from '@darkroom/shared/lifecycle/wait-for';
import type { Logger } from '@darkroom/shared/telemetry/logger';

const BACKOFF_MS = { first: 100, last: 10_000 };

/**
 * Failures of the infrastructure are waited out, never counted: while one stands the gate is closed, nothing new is asked for,
 * and the work in hand repeats the very call that failed.
 */
export class InfrastructureGate {
  readonly #reasons = new Map<string, string>();
  readonly #notes = new Map<string, { note: string; until: number }>();
  readonly #waiters = new Set<() => void>();
  readonly #logger: Logger;
  readonly #signal: AbortSignal;
  #onChange: () => void = () => {};

  /** `signal`: nothing is waited for beyond it. */
  constructor(logger: Logger, signal: AbortSignal) {
    this.#logger = logger;
    this.#signal = signal;
  }

  /** What an operator should know although work goes on; shows as not-ready. */
  get notes(): string[] {
    const now = performance.now();
    return [...this.#notes.values()].filter(({ until }) => until > now).map(({ note }) => note);
  }

  setNote(name: string, note: string, forMs: number): void {
    this.#notes.set(name, { note, until: performance.now() + forMs });
  }

  set onChange(listener: () => void) {
    this.#onChange = listener;
  }

  get reasons(): string[] {
    return [...this.#reasons.values()];
  }

  has(name: string): boolean {
    return this.#reasons.has(name);
  }

  /** Closes the gate for a named reason, or (null) takes that reason away. */
  set(name: string, reason: string | null): void {
    const before = this.#reasons.get(name) ?? null;
    if (before === reason) return;
    if (reason === null) this.#reasons.delete(name);
    else this.#reasons.set(name, reason);
    if (reason !== null) this.#logger.warn({ name, reason }, 'waiting for the infrastructure');
    else this.#logger.info({ name }, 'the infrastructure is back');
    this.#onChange();
    if (this.#reasons.size === 0) for (const wake of this.#waiters) wake();
  }

  /** Resolves when nothing is wrong. */
  async open(signal: AbortSignal = this.#signal): Promise<void> {
    while (this.#reasons.size > 0) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#waiters.add(resolve);
      await waitFor(promise, { signal }).finally(() => this.#waiters.delete(resolve));
    }
    signal.throwIfAborted();
  }

  /** Runs a call to log or store until it succeeds or fails for another reason than the infrastructure. */
  async through<T>(name: string, call: () => Promise<T>, signal = this.#signal): Promise<T> {
    for (let waitMs = BACKOFF_MS.first; ; waitMs = Math.min(waitMs * 2, BACKOFF_MS.last)) {
      try {
        const result = await call();
        this.set(name, null);
        return result;
      } catch (error) {
        signal.throwIfAborted();
        if (!isDarkroomError(error) || error.failure !== 'infrastructure') throw error;
        this.set(name, messageOf(error));
        await delay(waitMs, { signal });
      }
    }
  }
}
