import { z } from 'zod';
import type { Abortable } from '../../lifecycle/abortable.ts';
import type { Backlog, Position } from '../event-log.ts';
import type { AdminAnswer, AdminClient } from './admin-client.ts';
import { positionOf } from './message-id.ts';
import { missing, partitioned, translatePulsarStatus } from './pulsar-errors.ts';
import { fullNameOf, pathOf, type TopicName } from './topic-name.ts';

/** What the product asks of topics through the admin API. */
export type TopicAdmin = {
  /** Throws unless the topic is there and not partitioned: opening a socket would make it, with nobody's subscription. */
  requireTopic(topic: TopicName, options: Abortable): Promise<void>;
  requireSubscription(topic: TopicName, subscription: string, options: Abortable): Promise<void>;
  backlog(topic: TopicName, subscription: string, options: Abortable): Promise<Backlog | null>;
  lastPosition(topic: TopicName, options: Abortable): Promise<Position | null>;
  /** True if it was made now. */
  createTopic(topic: TopicName, options: Abortable): Promise<boolean>;
  /** At *earliest*; true if it was made now. */
  createSubscription(topic: TopicName, subscription: string, options: Abortable): Promise<boolean>;
};

const stats = z.object({
  subscriptions: z
    .record(
      z.string(),
      z.object({ msgBacklogNoDelayed: z.number(), msgDelayed: z.number().default(0), unackedMessages: z.number() }),
    )
    .default({}),
});
const partitions = z.object({ partitions: z.number() });
const lastMessage = z.object({ ledgerId: z.number(), entryId: z.number() });
const ALREADY_THERE = 409;

export function createTopicAdmin(admin: AdminClient): TopicAdmin {
  const parsed = <T>(answer: AdminAnswer, schema: z.ZodType<T>, what: string): T => {
    if (answer.status !== 200) throw translatePulsarStatus(answer.status, answer.body, what);
    return schema.parse(JSON.parse(answer.body));
  };
  const statsOf = async (topic: TopicName, what: string, options: Abortable) => {
    const answer = await admin.call('GET', `${pathOf(topic)}/stats?getPreciseBacklog=true`, what, options);
    return answer.status === 404 ? null : parsed(answer, stats, what);
  };
  const refuseMissing = async (topic: TopicName, options: Abortable) => {
    const what = `use the topic ${fullNameOf(topic)}`;
    const answer = await admin.call('GET', `${pathOf(topic)}/partitions?checkAllowAutoCreation=false`, what, options);
    if (answer.status === 200 && parsed(answer, partitions, what).partitions > 0) throw partitioned(fullNameOf(topic));
    throw missing(what);
  };
  const made = async (path: string, what: string, options: Abortable & { json?: unknown }) => {
    const { status, body } = await admin.call('PUT', path, what, options);
    if (status !== ALREADY_THERE && status >= 300) throw translatePulsarStatus(status, body, what);
    return status !== ALREADY_THERE;
  };

  const topicAdmin: TopicAdmin = {
    async requireTopic(topic, options) {
      // Those are made by their first user and vanish with their broker.
      if (topic.domain === 'non-persistent') return;
      if ((await statsOf(topic, `use the topic ${fullNameOf(topic)}`, options)) === null)
        await refuseMissing(topic, options);
    },
    async requireSubscription(topic, subscription, options) {
      const what = `use the subscription ${subscription} of ${fullNameOf(topic)}`;
      const found = await statsOf(topic, what, options);
      if (found === null) await refuseMissing(topic, options);
      if (found?.subscriptions[subscription] === undefined) throw missing(what);
    },
    async backlog(topic, subscription, options) {
      const found = await statsOf(topic, `look at the backlog of ${fullNameOf(topic)}`, options);
      const own = found?.subscriptions[subscription];
      if (own === undefined) return null;
      const { msgBacklogNoDelayed, msgDelayed: delayed, unackedMessages: held } = own;
      // Delayed messages that became due and were given out may be counted in both for a moment.
      return { ready: Math.max(0, msgBacklogNoDelayed - held), delayed, held };
    },
    async lastPosition(topic, options) {
      const what = `look up the end of ${fullNameOf(topic)}`;
      const answer = await admin.call('GET', `${pathOf(topic)}/lastMessageId`, what, options);
      if (answer.status === 404) await refuseMissing(topic, options);
      const { ledgerId, entryId } = parsed(answer, lastMessage, what);
      // An empty topic has entry -1 in a ledger that changes with each restart: there is nothing to wait for.
      if (entryId < 0) return null;
      return positionOf({ ledgerId: BigInt(ledgerId), entryId: BigInt(entryId), batchIndex: -1n });
    },
    async createTopic(topic, options) {
      const what = `create the topic ${fullNameOf(topic)}`;
      const isNew = await made(pathOf(topic), what, options);
      if (!isNew) await topicAdmin.requireTopic(topic, options);
      return isNew;
    },
    createSubscription: (topic, subscription, options) =>
      made(
        `${pathOf(topic)}/subscription/${encodeURIComponent(subscription)}`,
        `create the subscription ${subscription} of ${fullNameOf(topic)}`,
        { ...options, json: 'earliest' },
      ),
  };
  return topicAdmin;
}
