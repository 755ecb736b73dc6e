import type { Abortable } from '../../lifecycle/abortable.ts';
import { delay } from '../../lifecycle/delay.ts';
import type { LogMessage, Position } from '../event-log.ts';
import { backoffMs } from './backoff.ts';
import { isRefusal } from './pulsar-errors.ts';
import type { TopicAdmin } from './topic-admin.ts';
import type { TopicName } from './topic-name.ts';
import type { PulsarTransport, ReaderLink } from './transport.ts';

export type ReadEnvironment = {
  transport: PulsarTransport;
  admin: TopicAdmin;
  unreachableLimitMs: number;
  random: () => number;
};

/**
 * Batches of a topic after a position, for ever. A link that is lost is opened again after the last message that was given; a broker
 * that stays away for `unreachableLimitMs`, or that refuses, is told by throwing.
 */
export async function* readTopic(
  { transport, admin, unreachableLimitMs, random }: ReadEnvironment,
  topic: TopicName,
  from: Position | 'earliest' | 'latest',
  { signal }: Abortable,
): AsyncGenerator<readonly LogMessage[]> {
  let last = from;
  let awaySince: number | null = null;
  let failures = 0;
  const open: { link: ReaderLink | null } = { link: null };
  try {
    for (;;) {
      try {
        if (open.link === null) {
          await admin.requireTopic(topic, { signal });
          open.link = await transport.read(topic, last, { signal });
          [awaySince, failures] = [null, 0];
        }
        const messages = await open.link.next({ signal });
        const newest = messages.at(-1);
        // Of a topic that is not stored there is nothing to resume.
        if (newest !== undefined && from !== 'latest') last = newest.position;
        yield messages.map(({ id: _, ...message }) => ({ topic: topic.topic, ...message }));
      } catch (error) {
        signal?.throwIfAborted();
        void open.link?.close();
        open.link = null;
        awaySince ??= performance.now();
        failures += 1;
        if (isRefusal(error) || performance.now() - awaySince > unreachableLimitMs) throw error;
        await delay(backoffMs(failures, random), { signal });
      }
    }
  } finally {
    void open.link?.close();
  }
}
