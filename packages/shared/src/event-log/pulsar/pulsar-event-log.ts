import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { EventLog, LogMessage } from '../event-log.ts';
import { type AdminSettings, createAdminClient } from './admin-client.ts';
import { afterTheBroker } from './after-the-broker.ts';
import { comparePulsarPositions, idOfPosition } from './message-id.ts';
import { createPublisher, type Publisher } from './publisher.ts';
import { createPulsarConsumer } from './pulsar-consumer.ts';
import { closedLog } from './pulsar-errors.ts';
import { readTopic } from './read-topic.ts';
import { createTopicAdmin } from './topic-admin.ts';
import { topicNaming } from './topic-name.ts';
import type { PulsarTransport } from './transport.ts';

export type PulsarEventLogOptions = {
  transport: PulsarTransport;
  admin: AdminSettings;
  tenant: string;
  namespace: string;
  liveTopics: readonly string[];
  /** A stored topic, at which a broker is looked for before links to live ones are opened. */
  probeTopic?: string;
  /** How long a publish is tried before it throws. */
  publishTimeoutMs?: number;
  /** How long a broker may be away before readers and pulls say so. */
  unreachableLimitMs?: number;
  /** How long a permit waits before its link is opened anew. */
  deafAfterMs?: number;
  random?: () => number;
};

const PUBLISH_TIMEOUT_MS = 5000;
/** Nobody waits for what is only of this moment. */
const LIVE_PUBLISH_TIMEOUT_MS = 1000;
const UNREACHABLE_LIMIT_MS = 10_000;
const DEAF_AFTER_MS = 5000;

/** The event log on Apache Pulsar 4. Connects when it is used; topics and subscriptions are made by the setup (`setup-pulsar.ts`). */
export function openPulsarEventLog(options: PulsarEventLogOptions): EventLog {
  const { unreachableLimitMs = UNREACHABLE_LIMIT_MS, deafAfterMs = DEAF_AFTER_MS } = options;
  const { publishTimeoutMs = PUBLISH_TIMEOUT_MS, random = Math.random } = options;
  const client = createAdminClient(options.admin);
  const admin = createTopicAdmin(client);
  const nameOf = topicNaming(options);
  const probe = options.probeTopic === undefined ? null : nameOf(options.probeTopic);
  const transport = afterTheBroker(options.transport, admin, probe);
  const processName = `${hostname()}-${process.pid}-${randomUUID().slice(0, 8)}`;
  const environment = { transport, admin, processName, unreachableLimitMs, deafAfterMs, random };
  const publishers = new Map<string, Publisher>();
  const closing = new AbortController();
  const untilClosed = (signal: AbortSignal | undefined) =>
    AbortSignal.any([closing.signal, ...(signal ? [signal] : [])]);

  return {
    async setup(plan, { signal } = {}) {
      for (const topic of plan.topics) await admin.createTopic(nameOf(topic), { signal });
      for (const { topic, name } of plan.subscriptions) await admin.createSubscription(nameOf(topic), name, { signal });
    },

    async publish(topic, message, { signal } = {}) {
      signal?.throwIfAborted();
      if (closing.signal.aborted) throw closedLog();
      let publisher = publishers.get(topic);
      if (publisher === undefined) {
        const name = nameOf(topic);
        const limitMs = name.domain === 'persistent' ? publishTimeoutMs : LIVE_PUBLISH_TIMEOUT_MS;
        publisher = createPublisher({ ...environment, publishTimeoutMs: Math.min(limitMs, publishTimeoutMs) }, name);
        publishers.set(topic, publisher);
      }
      return await publisher.publish(message, { signal });
    },

    async consume(subscription, sources, { signal } = {}) {
      const named = sources.map((source) => ({ ...source, name: nameOf(source.topic) }));
      await Promise.all(named.map(({ name }) => admin.requireSubscription(name, subscription, { signal })));
      return createPulsarConsumer(environment, subscription, named);
    },

    async *read(topic, { after, follow = true, signal }) {
      const name = nameOf(topic);
      if (after !== null) idOfPosition(after);
      const end = follow ? null : await admin.lastPosition(name, { signal });
      if (!follow && (end === null || (after !== null && comparePulsarPositions(after, end) >= 0))) return;
      try {
        for await (const batch of readTopic(environment, name, after ?? 'earliest', { signal: untilClosed(signal) })) {
          yield batch;
          const newest = batch.at(-1);
          if (end !== null && newest && comparePulsarPositions(newest.position, end) >= 0) return;
        }
      } catch (error) {
        if (!closing.signal.aborted || signal?.aborted) throw error;
      }
    },

    async *tail(topic, { signal } = {}): AsyncGenerator<LogMessage> {
      try {
        for await (const batch of readTopic(environment, nameOf(topic), 'latest', { signal: untilClosed(signal) })) {
          yield* batch;
        }
      } catch (error) {
        if (!closing.signal.aborted || signal?.aborted) throw error;
      }
    },

    lastPosition: (topic, { signal } = {}) => admin.lastPosition(nameOf(topic), { signal }),
    comparePositions: comparePulsarPositions,
    backlog: (topic, subscription, { signal } = {}) => admin.backlog(nameOf(topic), subscription, { signal }),

    async [Symbol.asyncDispose]() {
      if (closing.signal.aborted) return;
      closing.abort(closedLog());
      await Promise.all([...publishers.values()].map((publisher) => publisher[Symbol.asyncDispose]()));
      await transport[Symbol.asyncDispose]();
      client[Symbol.dispose]();
    },
  };
}
