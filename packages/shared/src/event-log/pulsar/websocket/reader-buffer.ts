import type { DarkroomError } from '../../../errors/darkroom-error.ts';
import type { Abortable } from '../../../lifecycle/abortable.ts';
import { waitFor } from '../../../lifecycle/wait-for.ts';
import type { PulsarMessage } from '../transport.ts';

/** Messages between the socket that brings them and the reader that takes them. */
export function createReaderBuffer() {
  let messages: PulsarMessage[] = [];
  let reason: DarkroomError | null = null;
  let wake: (() => void) | null = null;
  return {
    put(message: PulsarMessage): void {
      messages.push(message);
      wake?.();
    },
    end(error: DarkroomError): void {
      reason = error;
      wake?.();
    },
    /** What came before the end is given before the end is told. */
    async take({ signal }: Abortable): Promise<readonly PulsarMessage[]> {
      signal?.throwIfAborted();
      while (messages.length === 0) {
        if (reason !== null) throw reason;
        const { promise, resolve } = Promise.withResolvers<void>();
        wake = resolve;
        await waitFor(promise, { signal });
      }
      // Lets what arrived together be folded together.
      await new Promise(setImmediate);
      const taken = messages;
      messages = [];
      return taken;
    },
  };
}
