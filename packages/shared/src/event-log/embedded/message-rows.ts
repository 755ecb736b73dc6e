import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { DarkroomError } from '../../errors/darkroom-error.ts';
import type { LogMessage, OutgoingMessage, Position } from '../event-log.ts';

const row = z.object({
  id: z.number(),
  key: z.string(),
  properties: z.string(),
  payload: z.instanceof(Uint8Array),
  publish_time: z.number(),
});

export function messageOfRow(topic: string, raw: unknown): LogMessage {
  const { id, key, properties, payload, publish_time } = row.parse(raw);
  // Written by `insert…` below: a JSON object of strings.
  const parsed = JSON.parse(properties) as Record<string, string>;
  return { topic, position: positionOf(id), key, properties: parsed, payload, publishTime: publish_time };
}

export function positionOf(id: number | bigint): Position {
  return String(id);
}

export function idOfPosition(position: Position | null): number {
  const id = position === null ? 0 : Number(position);
  if (!Number.isSafeInteger(id) || id < 0) throw new DarkroomError('LOG_UNAVAILABLE', `"${position}" is no position`);
  return id;
}

export function topicIdOf(database: DatabaseSync, topic: string): number {
  const found = database.prepare('SELECT id FROM topics WHERE name = ?').get(topic)?.['id'];
  if (typeof found === 'number') return found;
  throw new DarkroomError('LOG_UNAVAILABLE', `The topic ${topic} does not exist: run the setup first`);
}

/** Appends a message and puts it before every subscription of its topic. Runs inside a transaction. */
export function insertMessage(database: DatabaseSync, topic: string, message: OutgoingMessage, now: number): Position {
  const topicId = topicIdOf(database, topic);
  const { lastInsertRowid } = database
    .prepare('INSERT INTO messages (topic_id, key, properties, payload, publish_time) VALUES (?, ?, ?, ?, ?)')
    .run(topicId, message.key, JSON.stringify(message.properties ?? {}), message.payload, now);
  database
    .prepare('INSERT INTO backlog SELECT id, ?, ?, NULL FROM subscriptions WHERE topic_id = ?')
    .run(lastInsertRowid, message.deliverAt ?? now, topicId);
  return positionOf(lastInsertRowid);
}

/** Live messages are for whoever listens now. */
const LIVE_KEPT_MS = 30_000;

export function insertLiveMessage(
  database: DatabaseSync,
  topic: string,
  message: OutgoingMessage,
  now: number,
): Position {
  const { lastInsertRowid } = database
    .prepare('INSERT INTO messages (topic, key, properties, payload, publish_time) VALUES (?, ?, ?, ?, ?)')
    .run(topic, message.key, JSON.stringify(message.properties ?? {}), message.payload, now);
  database
    .prepare('DELETE FROM messages WHERE id IN (SELECT id FROM messages WHERE publish_time < ? ORDER BY id LIMIT 20)')
    .run(now - LIVE_KEPT_MS);
  return positionOf(lastInsertRowid);
}
