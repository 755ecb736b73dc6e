import { closedLog } from './pulsar-errors.ts';
import type { Link } from './transport.ts';

/** One link that many share: opened by the first who asks, and anew by the first who asks after it ended. */
export type OpenedOnce<T extends Link> = AsyncDisposable & { get(): Promise<T> };

export function openedOnce<T extends Link>(open: (signal: AbortSignal) => Promise<T>): OpenedOnce<T> {
  const closing = new AbortController();
  let current: Promise<T> | null = null;
  return {
    async get() {
      for (;;) {
        if (closing.signal.aborted) throw closedLog();
        // Not with one caller's signal: others wait for the same link.
        current ??= open(closing.signal);
        const opening = current;
        const link = await opening.catch((error: unknown) => {
          if (current === opening) current = null;
          throw error;
        });
        if (link.isOpen) return link;
        if (current === opening) current = null;
      }
    },
    async [Symbol.asyncDispose]() {
      closing.abort(closedLog());
      const link = await current?.catch(() => null);
      await link?.close();
    },
  };
}
