import type { Abortable } from '../../lifecycle/abortable.ts';
import { waitFor } from '../../lifecycle/wait-for.ts';

/** Lets at most so many run at a time; the others wait in their order. */
export function createInFlightLimit(maximum: number) {
  let running = 0;
  const waiting = new Set<() => void>();
  return {
    /** Null when its turn has not come within the time. */
    async enter({ signal, withinMs }: Abortable & { withinMs: number }): Promise<Disposable | null> {
      const until = performance.now() + withinMs;
      while (running >= maximum) {
        if (performance.now() >= until) return null;
        const { promise, resolve } = Promise.withResolvers<void>();
        waiting.add(resolve);
        await waitFor(promise, { signal, withinMs: until - performance.now() }).finally(() => waiting.delete(resolve));
      }
      running += 1;
      return {
        [Symbol.dispose]() {
          running -= 1;
          const [next] = waiting;
          if (next) waiting.delete(next);
          next?.();
        },
      };
    },
  };
}
