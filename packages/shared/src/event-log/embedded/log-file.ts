import { rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { isDamaged, translateSqliteError } from './translate-sqlite-error.ts';

/**
 * `id` rises over all topics; SQLite lets one writer in at a time, so ids become visible in their order
 * and a reader that has seen one never misses a smaller one. A message's position in its topic is its id.
 */
const EVENTS_SCHEMA = `
  CREATE TABLE IF NOT EXISTS topics (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
  CREATE TABLE IF NOT EXISTS messages (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    topic_id INTEGER NOT NULL REFERENCES topics (id),
    key TEXT NOT NULL, properties TEXT NOT NULL, payload BLOB NOT NULL, publish_time INTEGER NOT NULL
  );
  CREATE INDEX IF NOT EXISTS messages_by_topic ON messages (topic_id, id);
  CREATE TABLE IF NOT EXISTS subscriptions (
    id INTEGER PRIMARY KEY, topic_id INTEGER NOT NULL REFERENCES topics (id), name TEXT NOT NULL, UNIQUE (topic_id, name)
  );
  -- What a subscription has not acknowledged. A row belongs to the consumer that holds it while that consumer's lease lasts.
  CREATE TABLE IF NOT EXISTS backlog (
    subscription_id INTEGER NOT NULL, message_id INTEGER NOT NULL, visible_at INTEGER NOT NULL, holder TEXT,
    PRIMARY KEY (subscription_id, message_id)
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS consumers (id TEXT PRIMARY KEY, alive_until INTEGER NOT NULL) WITHOUT ROWID;
`;

const LIVE_SCHEMA = `
  CREATE TABLE IF NOT EXISTS messages (
    id INTEGER PRIMARY KEY AUTOINCREMENT, topic TEXT NOT NULL,
    key TEXT NOT NULL, properties TEXT NOT NULL, payload BLOB NOT NULL, publish_time INTEGER NOT NULL
  );
  CREATE INDEX IF NOT EXISTS messages_by_topic ON messages (topic, id);
`;

/** A writing and a reading connection to one SQLite file, so that readers never wait for a writer. */
export type LogFile = { writer: DatabaseSync; reader: DatabaseSync; close(): void };

/** The record: a commit is on the disk when it returns. */
export function openEventsFile(path: string): LogFile {
  return openFile(path, 'FULL', EVENTS_SCHEMA);
}

/**
 * Live topics: never waits for the disk; loses the last moments with the machine, which live topics may. A file that such a loss
 * has damaged is put aside.
 */
export function openLiveFile(path: string): LogFile {
  try {
    return openFile(path, 'OFF', LIVE_SCHEMA);
  } catch (error) {
    if (!isDamaged(error)) throw error;
    for (const suffix of ['', '-wal', '-shm']) rmSync(path + suffix, { force: true });
    return openFile(path, 'OFF', LIVE_SCHEMA);
  }
}

/** Longer waits for another process's commit are retried without blocking this one's event loop (`group-commit.ts`). */
const BUSY_TIMEOUT_MS = 100;
const OPEN_TIMEOUT_MS = 5000;

function openFile(path: string, synchronous: 'FULL' | 'OFF', schema: string): LogFile {
  try {
    const writer = new DatabaseSync(path, { timeout: OPEN_TIMEOUT_MS });
    writer.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = ${synchronous}; BEGIN IMMEDIATE; ${schema} COMMIT;`);
    writer.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`);
    const reader = new DatabaseSync(path, { readOnly: true, timeout: OPEN_TIMEOUT_MS });
    return {
      writer,
      reader,
      close() {
        reader.close();
        writer.close();
      },
    };
  } catch (error) {
    throw translateSqliteError(error, path);
  }
}
