import { randomUUID } from 'node:crypto';
import type { Abortable } from '../../lifecycle/abortable.ts';
import type { TopicName } from './topic-name.ts';
import type { ConsumerLink, PulsarMessage, PulsarTransport } from './transport.ts';

/**
 * One link of a Shared subscription with at most one permit or one message on it, never both.
 *
 * A permit cannot be taken back but by closing its link, and closing a link gives back what it holds. So that the one
 * can be done without the other, each message that is held has a link to itself.
 */
export type PullSlot = {
  readonly isOpen: boolean;
  /** Asks for one message. Null when none came in time, the signal aborted or the link was lost: the slot is closed then. */
  ask(options: Abortable & { withinMs: number }): Promise<PulsarMessage | null>;
  acknowledge(id: string): Promise<void>;
  /** Gives back, at once and uncounted, what it holds or may still get. */
  close(): Promise<void>;
};

export async function openPullSlot(
  environment: { transport: PulsarTransport; processName: string },
  topic: TopicName,
  subscription: string,
  { signal }: Abortable,
): Promise<PullSlot> {
  let settle: ((message: PulsarMessage | null) => void) | null = null;
  const link: ConsumerLink = await environment.transport.consume(topic, subscription, {
    consumerName: `${environment.processName}-${randomUUID()}`,
    onMessage: (message) => settle?.(message),
    onEnd: () => settle?.(null),
    signal,
  });
  return {
    get isOpen() {
      return link.isOpen;
    },
    async ask({ withinMs, signal: asking }) {
      const { promise, resolve } = Promise.withResolvers<PulsarMessage | null>();
      settle = resolve;
      const giveUp = () => resolve(null);
      const timer = setTimeout(giveUp, withinMs);
      asking?.addEventListener('abort', giveUp);
      if (asking?.aborted || !link.isOpen) giveUp();
      else link.permit();
      const message = await promise;
      settle = null;
      clearTimeout(timer);
      asking?.removeEventListener('abort', giveUp);
      // What comes between giving up and the broker's knowing of it is not taken here, so it is delivered again.
      if (message === null) void link.close();
      return message;
    },
    acknowledge: (id) => link.acknowledge(id),
    close: () => link.close(),
  };
}
