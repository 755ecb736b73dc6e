import type { DatabaseSync } from 'node:sqlite';
import { DarkroomError } from '../../errors/darkroom-error.ts';
import { chooseByWeight } from '../choose-by-weight.ts';
import type { Backlog } from '../event-log.ts';

export type Source = {
  topic: string;
  weight: number;
  subscriptionId: number;
  /** Of the smooth weighted round robin. */
  credit: number;
};

export function findSubscriptionId(database: DatabaseSync, topic: string, subscription: string): number | null {
  const found = database
    .prepare('SELECT s.id FROM subscriptions s JOIN topics t ON t.id = s.topic_id WHERE t.name = ? AND s.name = ?')
    .get(topic, subscription)?.['id'];
  return typeof found === 'number' ? found : null;
}

export function subscriptionIdOf(database: DatabaseSync, topic: string, subscription: string): number {
  const id = findSubscriptionId(database, topic, subscription);
  if (id !== null) return id;
  throw new DarkroomError(
    'LOG_UNAVAILABLE',
    `The subscription ${subscription} of ${topic} does not exist: run the setup first`,
  );
}

const FREE = '(holder IS NULL OR holder NOT IN (SELECT id FROM consumers WHERE alive_until >= :now))';
/** By message id along the primary key: the first free row is found at once, however long the backlog. */
const FIRST_FREE = `
  SELECT message_id FROM backlog
  WHERE subscription_id = :subscription AND visible_at <= :now AND ${FREE} ORDER BY message_id LIMIT 1`;

function firstFree(database: DatabaseSync, subscriptionId: number, now: number): number | null {
  const found = database.prepare(FIRST_FREE).get({ subscription: subscriptionId, now })?.['message_id'];
  return typeof found === 'number' ? found : null;
}

/** When a pull can next succeed: `now` if something is free, else the earliest time a message becomes due. */
export function nextLookAt(database: DatabaseSync, sources: readonly Source[], now: number): number {
  let earliest = Number.POSITIVE_INFINITY;
  for (const { subscriptionId } of sources) {
    if (firstFree(database, subscriptionId, now) !== null) return now;
    const due = database
      .prepare('SELECT min(visible_at) AS due FROM backlog WHERE subscription_id = ? AND visible_at > ?')
      .get(subscriptionId, now)?.['due'];
    if (typeof due === 'number') earliest = Math.min(earliest, due);
  }
  return earliest;
}

/** Gives the consumer one free message; among the sources that have one, weights decide. Runs in a transaction. */
export function claimMessage(database: DatabaseSync, sources: readonly Source[], consumer: string, now: number) {
  const offers = sources.flatMap((source) => {
    const messageId = firstFree(database, source.subscriptionId, now);
    return messageId === null ? [] : [{ source, messageId }];
  });
  const chosen = chooseByWeight(offers.map((offer) => ({ ...offer, member: offer.source })));
  if (chosen === null) return null;
  const { source, messageId } = chosen;
  database
    .prepare('UPDATE backlog SET holder = ? WHERE subscription_id = ? AND message_id = ?')
    .run(consumer, source.subscriptionId, messageId);
  const row = database
    .prepare('SELECT id, key, properties, payload, publish_time FROM messages WHERE id = ?')
    .get(messageId);
  return { source, messageId, row };
}

export function countBacklog(database: DatabaseSync, subscriptionId: number, now: number): Backlog {
  const counted = database
    .prepare(
      `SELECT count(*) FILTER (WHERE visible_at <= :now AND ${FREE}) AS ready,
              count(*) FILTER (WHERE visible_at > :now AND ${FREE}) AS delayed,
              count(*) FILTER (WHERE NOT ${FREE}) AS held
       FROM backlog WHERE subscription_id = :subscription`,
    )
    .get({ subscription: subscriptionId, now });
  return { ready: Number(counted?.['ready']), delayed: Number(counted?.['delayed']), held: Number(counted?.['held']) };
}
