import type { Abortable } from '../../lifecycle/abortable.ts';
import { waitFor } from '../../lifecycle/wait-for.ts';

/** Lets at most so many run at a time; the others wait in their order. */
export function createInFlightLimit(maximum: number) {
  let running = 0;
  const waiting = new Set<() => void>();
  return {
    async enter({ signal }: Abortable): Promise<Disposable> {
      while (running >= maximum) {
        const { promise, resolve } = Promise.withResolvers<void>();
        waiting.add(resolve);
        await waitFor(promise, { signal }).finally(() => waiting.delete(resolve));
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
