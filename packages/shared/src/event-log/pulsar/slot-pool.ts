import { DarkroomError, isDarkroomError } from '../../errors/darkroom-error.ts';
import type { Abortable } from '../../lifecycle/abortable.ts';
import { delay } from '../../lifecycle/delay.ts';
import { waitFor } from '../../lifecycle/wait-for.ts';
import { backoffMs } from './backoff.ts';
import { openPullSlot, type PullSlot } from './pull-slot.ts';
import { isRefusal } from './pulsar-errors.ts';
import type { TopicName } from './topic-name.ts';
import type { PulsarMessage, PulsarTransport } from './transport.ts';

export type SlotPool = AsyncDisposable & {
  /** Opens the next slot ahead of its use. */
  warm(): void;
  /** Keeps a permit open until a message comes. Rejects when the broker refuses, or was away for too long. */
  awaitMessage(options: Abortable & { onAsked(): void }): Promise<{ slot: PullSlot; message: PulsarMessage }>;
  /** A slot that holds nothing any more. */
  putBack(slot: PullSlot): void;
  /** Through any open link: for a message whose own link was lost. */
  acknowledge(id: string): Promise<void>;
};

export type PoolEnvironment = {
  transport: PulsarTransport;
  processName: string;
  deafAfterMs: number;
  unreachableLimitMs: number;
  random: () => number;
};

/** The links of one consumer to one topic. One without a permit survives all that befalls a topic, so one is kept ready. */
export function createSlotPool(environment: PoolEnvironment, topic: TopicName, subscription: string): SlotPool {
  const { deafAfterMs, unreachableLimitMs, random } = environment;
  const idle: PullSlot[] = [];
  let warming: Promise<void> | null = null;
  const closing = new AbortController();
  const open = (options: Abortable) => openPullSlot(environment, topic, subscription, options);

  const putBack = (slot: PullSlot) => {
    if (!closing.signal.aborted && slot.isOpen && idle.length === 0) idle.push(slot);
    else void slot.close();
  };
  const take = async (options: Abortable): Promise<PullSlot> => {
    if (idle.length === 0 && warming !== null) await waitFor(warming, options);
    for (let slot = idle.pop(); slot; slot = idle.pop()) if (slot.isOpen) return slot;
    return await open(options);
  };
  const takePatiently = async (signal: AbortSignal | undefined): Promise<PullSlot> => {
    const until = performance.now() + unreachableLimitMs;
    for (let failures = 1; ; failures += 1) {
      try {
        return await take({ signal });
      } catch (error) {
        signal?.throwIfAborted();
        if (isRefusal(error) || performance.now() > until) throw error;
        await delay(backoffMs(failures, random), { signal });
      }
    }
  };

  return {
    warm() {
      if (closing.signal.aborted || warming !== null || idle.length > 0) return;
      warming = open({ signal: closing.signal })
        .then(putBack, () => undefined)
        .finally(() => {
          warming = null;
        });
    },
    async awaitMessage({ signal, onAsked }) {
      for (;;) {
        const slot = await takePatiently(signal);
        // apache/pulsar#15679: after its topic moved, a link whose permit waited gets nothing any more and does not know.
        // So none waits for long; by chance a little longer or shorter, lest all of them open at the same moment.
        const asking = slot.ask({ signal, withinMs: deafAfterMs * (0.8 + random() * 0.4) });
        onAsked();
        const message = await asking;
        if (message !== null) return { slot, message };
        signal?.throwIfAborted();
      }
    },
    putBack,
    async acknowledge(id) {
      const slot = await takePatiently(AbortSignal.timeout(unreachableLimitMs)).catch((error: unknown) => {
        throw isDarkroomError(error) ? error : new DarkroomError('LOG_UNAVAILABLE', 'Pulsar does not answer');
      });
      await slot.acknowledge(id);
      putBack(slot);
    },
    async [Symbol.asyncDispose]() {
      closing.abort();
      await warming;
      await Promise.all(idle.splice(0).map((slot) => slot.close()));
    },
  };
}
