import { waitFor } from '@darkroom/shared/lifecycle/wait-for';

/** A job that was asked for; it takes the engine's turn once, or gives its place up. */
export type Ticket = { state: 'asked' | 'taken' | 'too-early' };

/**
 * Whose turn at the engine it is: one job renders; the next one is asked for and made ready shortly before it ends, so that the
 * engine never waits for log or store.
 *
 * Modes: *wanted* (the engine is free or about to be, and nobody was asked) → `ask` → *asked* → `take` → *rendering* → `announceEnd` or the
 * end of the rendering → *wanted*. A ticket that ends without a rendering puts *asked* back to *wanted*.
 */
export class EngineTurn {
  #wanted = true;
  #ending = true;
  #rendering: Promise<void> | null = null;
  readonly #waiters = new Set<() => void>();

  /** Waits until a job should be asked for. */
  async wanted(signal: AbortSignal): Promise<void> {
    while (!this.#wanted) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#waiters.add(resolve);
      await waitFor(promise, { signal }).finally(() => this.#waiters.delete(resolve));
    }
    signal.throwIfAborted();
  }

  /** A job came; no other one is wanted for now. */
  ask(): Ticket {
    this.#wanted = false;
    return { state: 'asked' };
  }

  /** Takes the turn; null if it does not come free within `withinMs`: then the job was asked for too early. */
  async take(ticket: Ticket, withinMs: number, signal: AbortSignal): Promise<Disposable | null> {
    const until = performance.now() + withinMs;
    while (this.#rendering) {
      if (performance.now() >= until) {
        ticket.state = 'too-early';
        return null;
      }
      await waitFor(this.#rendering, { signal, withinMs: until - performance.now() });
    }
    signal.throwIfAborted();
    ticket.state = 'taken';
    const ended = Promise.withResolvers<void>();
    this.#rendering = ended.promise;
    this.#ending = false;
    this.#wanted = false;
    return {
      [Symbol.dispose]: () => {
        this.#rendering = null;
        ended.resolve();
        this.announceEnd();
      },
    };
  }

  /** The rendering is about to end: time to ask for the next job. */
  announceEnd(): void {
    if (this.#ending) return;
    this.#ending = true;
    this.#want();
  }

  /** The ticket's job has ended. If it never had the turn, another one may be asked for in its place. */
  settle(ticket: Ticket): void {
    if (ticket.state === 'asked' && this.#ending) this.#want();
    // Asked for too early: the end of the rendering decides.
    if (ticket.state === 'too-early' && this.#rendering) void this.#rendering.then(() => this.#want());
    else if (ticket.state === 'too-early') this.#want();
  }

  #want(): void {
    this.#wanted = true;
    for (const wake of this.#waiters) wake();
  }
}
