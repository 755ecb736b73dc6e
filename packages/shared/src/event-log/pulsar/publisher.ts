import { randomUUID } from 'node:crypto';
import { DarkroomError } from '../../errors/darkroom-error.ts';
import type { Abortable } from '../../lifecycle/abortable.ts';
import { delay } from '../../lifecycle/delay.ts';
import { waitFor } from '../../lifecycle/wait-for.ts';
import type { OutgoingMessage, Position } from '../event-log.ts';
import { backoffMs } from './backoff.ts';
import { createInFlightLimit } from './in-flight-limit.ts';
import { openedOnce } from './opened-once.ts';
import { closedLog, isRefusal, unreachable } from './pulsar-errors.ts';
import type { TopicAdmin } from './topic-admin.ts';
import { fullNameOf, type TopicName } from './topic-name.ts';
import type { ProducerLink, PulsarTransport } from './transport.ts';

export type Publisher = AsyncDisposable & {
  publish(message: OutgoingMessage, options: Abortable): Promise<Position>;
};

type Environment = {
  transport: PulsarTransport;
  admin: TopicAdmin;
  processName: string;
  publishTimeoutMs: number;
  random: () => number;
};

/** Measured: 200 without a receipt give 2,400–3,000 messages a second. */
const IN_FLIGHT_MAX = 200;

/**
 * Publishes to one topic through a link that is opened at the first message and again whenever it is lost. A message is done with its
 * receipt; without one in time it is sent again, until `publishTimeoutMs` is over.
 */
export function createPublisher(environment: Environment, topic: TopicName): Publisher {
  const { transport, admin, publishTimeoutMs, random } = environment;
  const limit = createInFlightLimit(IN_FLIGHT_MAX);
  const what = `publish to ${fullNameOf(topic)}`;
  const running = new Set<Promise<Position>>();
  let closed = false;
  // A name is used for one link only: the broker may still hold its former session, and deduplication, where it is
  // switched on, would swallow new messages under an old name.
  const links = openedOnce<ProducerLink>(async (signal) => {
    await admin.requireTopic(topic, { signal });
    const producerName = `${environment.processName}-${randomUUID()}`;
    return await transport.produce(topic, { producerName, signal });
  });

  async function attempt(message: OutgoingMessage, withinMs: number, signal: AbortSignal | undefined) {
    const link = await waitFor(links.get(), { signal, withinMs });
    if (link === null) throw unreachable(what, new Error(`no connection within ${publishTimeoutMs} ms`));
    const position = await waitFor(link.send(message), { signal, withinMs });
    if (position !== null) return position;
    // Its peer may be gone without a word; whatever else waits on it is sent again. A message that had little of its time left has not
    // shown that, and others may be served well by the same link.
    if (withinMs > publishTimeoutMs / 2) void link.close();
    throw unreachable(what, new Error(`no receipt within ${publishTimeoutMs} ms`));
  }

  async function publishWithRetries(
    message: OutgoingMessage,
    until: number,
    signal: AbortSignal | undefined,
  ): Promise<Position> {
    for (let failures = 1; ; failures += 1) {
      try {
        return await attempt(message, until - performance.now(), signal);
      } catch (error) {
        signal?.throwIfAborted();
        const waitMs = backoffMs(failures, random);
        if (isRefusal(error) || performance.now() + waitMs > until) throw asLogError(error, what);
        await delay(waitMs, { signal });
      }
    }
  }

  return {
    async publish(message, { signal }) {
      signal?.throwIfAborted();
      const until = performance.now() + publishTimeoutMs;
      // Its turn is part of its time: whoever waits for an answer is told in time that the log is too slow.
      using entered = await limit.enter({ signal, withinMs: publishTimeoutMs });
      if (entered === null) throw unreachable(what, new Error(`${IN_FLIGHT_MAX} others had no receipt in time`));
      if (closed) throw closedLog();
      const publishing = publishWithRetries(message, until, signal);
      running.add(publishing);
      return await publishing.finally(() => running.delete(publishing));
    },
    /** What was begun is published, or fails within its time. */
    async [Symbol.asyncDispose]() {
      closed = true;
      await Promise.allSettled(running);
      await links[Symbol.asyncDispose]();
    },
  };
}

function asLogError(error: unknown, what: string): DarkroomError {
  return error instanceof DarkroomError ? error : unreachable(what, error);
}
