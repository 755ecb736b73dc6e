import { waitFor } from '../../lifecycle/wait-for.ts';
import { isRefusal } from './pulsar-errors.ts';
import type { TopicAdmin } from './topic-admin.ts';
import type { TopicName } from './topic-name.ts';
import type { OpenOptions, PulsarTransport } from './transport.ts';

/**
 * Opens links only at a broker that has loaded a stored topic since this process last lost it.
 *
 * Seen on 4.0.4, once in some thirty restarts: clients of the WebSocket API that come while a broker starts can hang it for ever. One thread initialises the class `Schema`
 * for a socket, another its subclasses for the first topic that is loaded, and each waits for the other (a thread dump shows
 * "waiting on the Class initialization monitor"); no request is answered any more. The admin API's first look at a topic takes only
 * the one way, so it goes first, once for all links of a process.
 */
export function afterTheBroker(
  transport: PulsarTransport,
  admin: Pick<TopicAdmin, 'requireTopic'>,
  /** A stored topic to look at when the link is for one that is not. */
  probe: TopicName | null,
): PulsarTransport {
  let loaded: Promise<void> | null = null;
  const suspect = () => {
    loaded = null;
  };
  const look = async (stored: TopicName): Promise<void> => {
    try {
      await admin.requireTopic(stored, {});
    } catch (error) {
      // A broker that refuses is there; what is missing is told where it is needed.
      if (isRefusal(error)) return;
      suspect();
      throw error;
    }
  };
  async function openAt<T>(topic: TopicName, signal: AbortSignal | undefined, open: () => Promise<T>): Promise<T> {
    const stored = topic.domain === 'persistent' ? topic : probe;
    if (stored !== null) {
      loaded ??= look(stored);
      await waitFor(loaded, { signal });
    }
    try {
      return await open();
    } catch (error) {
      if (!signal?.aborted && !isRefusal(error)) suspect();
      throw error;
    }
  }
  return {
    produce: (topic, options) =>
      openAt(topic, options.signal, () => transport.produce(topic, withEnd(options, suspect))),
    consume: (topic, subscription, options) =>
      openAt(topic, options.signal, () => transport.consume(topic, subscription, withEnd(options, suspect))),
    read: (topic, after, options) =>
      openAt(topic, options.signal, () => transport.read(topic, after, withEnd(options, suspect))),
    [Symbol.asyncDispose]: () => transport[Symbol.asyncDispose](),
  };
}

function withEnd<T extends OpenOptions>(options: T, also: () => void): T {
  return {
    ...options,
    onEnd(reason) {
      also();
      options.onEnd?.(reason);
    },
  };
}
