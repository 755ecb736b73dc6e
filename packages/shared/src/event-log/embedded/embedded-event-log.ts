import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { createWakeUp } from '../../sqlite/wake-up.ts';
import { type Clock, systemClock } from '../../time/clock.ts';
import type { EventLog, LogMessage, LogPlan } from '../event-log.ts';
import { openEmbeddedConsumer } from './embedded-consumer.ts';
import { createGroupCommit } from './group-commit.ts';
import { openEventsFile, openLiveFile } from './log-file.ts';
import { idOfPosition, insertLiveMessage, insertMessage, messageOfRow, positionOf, topicIdOf } from './message-rows.ts';
import { refuseNetworkFileSystem } from './refuse-network-file-system.ts';
import { countBacklog, findSubscriptionId } from './subscription-queries.ts';
import { translateSqliteError } from './translate-sqlite-error.ts';

export type EmbeddedEventLogOptions = {
  folder: string;
  liveTopics: readonly string[];
  clock?: Clock;
  /** How long a consumer that stopped renewing keeps what it holds. */
  leaseTimeoutMs?: number;
};

const LEASE_TIMEOUT_MS = 10_000;
const READ_BATCH = 500;
const LIVE_REPLAY_MS = 15_000;

/** The event log in two SQLite files that all processes of one machine share. */
export async function openEmbeddedEventLog(options: EmbeddedEventLogOptions): Promise<EventLog> {
  const { folder, liveTopics, clock = systemClock, leaseTimeoutMs = LEASE_TIMEOUT_MS } = options;
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw translateSqliteError(error);
  }
  refuseNetworkFileSystem(folder);
  const events = openEventsFile(join(folder, 'events.sqlite'));
  const live = openLiveFile(join(folder, 'live.sqlite'));
  const wakeUp = createWakeUp(events.reader);
  const liveWakeUp = createWakeUp(live.reader);
  const commits = createGroupCommit(events.writer, wakeUp.notify);
  const liveCommits = createGroupCommit(live.writer, liveWakeUp.notify);
  const closing = new AbortController();

  return {
    async setup(plan, { signal } = {}) {
      signal?.throwIfAborted();
      await commits.run((database) => setUp(database, plan, clock.now()));
    },

    async publish(topic, message, { signal } = {}) {
      signal?.throwIfAborted();
      return liveTopics.includes(topic)
        ? await liveCommits.run((database) => insertLiveMessage(database, topic, message, clock.now()))
        : await commits.run((database) => insertMessage(database, topic, message, clock.now()));
    },

    async consume(subscription, sources, { signal } = {}) {
      signal?.throwIfAborted();
      return await openEmbeddedConsumer(
        { reader: events.reader, commits, wakeUp, clock, leaseTimeoutMs },
        subscription,
        sources,
      );
    },

    async *read(topic, { after, follow = true, signal }) {
      const topicId = topicIdOf(events.reader, topic);
      const statement = events.reader.prepare(
        `SELECT id, key, properties, payload, publish_time FROM messages WHERE topic_id = ? AND id > ? ORDER BY id LIMIT ${READ_BATCH}`,
      );
      const either = AbortSignal.any([closing.signal, ...(signal ? [signal] : [])]);
      for (let last = idOfPosition(after); !closing.signal.aborted; ) {
        signal?.throwIfAborted();
        const version = wakeUp.version();
        const messages = statement.all(topicId, last).map((row) => messageOfRow(topic, row));
        const newest = messages.at(-1);
        if (newest !== undefined) {
          last = idOfPosition(newest.position);
          yield messages;
        } else if (!follow) return;
        else await wakeUp.changed(version, Number.POSITIVE_INFINITY, { signal: either });
      }
    },

    async *tail(topic, { signal } = {}): AsyncGenerator<LogMessage> {
      const statement = live.reader.prepare(
        `SELECT id, key, properties, payload, publish_time FROM messages
         WHERE topic = ? AND id > ? AND publish_time > ? ORDER BY id LIMIT ${READ_BATCH}`,
      );
      const since = clock.now() - LIVE_REPLAY_MS;
      const either = AbortSignal.any([closing.signal, ...(signal ? [signal] : [])]);
      for (let last = 0; !closing.signal.aborted; ) {
        signal?.throwIfAborted();
        const version = liveWakeUp.version();
        const messages = statement.all(topic, last, since).map((row) => messageOfRow(topic, row));
        for (const message of messages) {
          last = idOfPosition(message.position);
          yield message;
        }
        if (messages.length === 0) await liveWakeUp.changed(version, Number.POSITIVE_INFINITY, { signal: either });
      }
    },

    async lastPosition(topic, { signal } = {}) {
      signal?.throwIfAborted();
      const topicId = topicIdOf(events.reader, topic);
      const last = events.reader.prepare('SELECT max(id) AS last FROM messages WHERE topic_id = ?').get(topicId)?.[
        'last'
      ];
      return typeof last === 'number' ? positionOf(last) : null;
    },

    comparePositions: (a, b) => idOfPosition(a) - idOfPosition(b),

    async backlog(topic, subscription, { signal } = {}) {
      signal?.throwIfAborted();
      const id = findSubscriptionId(events.reader, topic, subscription);
      return id === null ? null : countBacklog(events.reader, id, clock.now());
    },

    async [Symbol.asyncDispose]() {
      if (closing.signal.aborted) return;
      closing.abort();
      await commits.close();
      await liveCommits.close();
      wakeUp.close();
      liveWakeUp.close();
      events.close();
      live.close();
    },
  };
}

function setUp(database: DatabaseSync, plan: LogPlan, now: number): void {
  for (const topic of plan.topics) database.prepare('INSERT OR IGNORE INTO topics (name) VALUES (?)').run(topic);
  for (const { topic, name } of plan.subscriptions) {
    const topicId = topicIdOf(database, topic);
    const { changes, lastInsertRowid } = database
      .prepare('INSERT OR IGNORE INTO subscriptions (topic_id, name) VALUES (?, ?)')
      .run(topicId, name);
    if (changes === 0) continue;
    database
      .prepare('INSERT INTO backlog SELECT ?, id, ?, NULL FROM messages WHERE topic_id = ?')
      .run(lastInsertRowid, now, topicId);
  }
}
