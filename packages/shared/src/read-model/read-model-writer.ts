import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { workOf } from '../domain/work.ts';
import type { LogMessage, Position } from '../event-log/event-log.ts';
import {
  type JobEvent,
  jobEvent,
  type ModelsListed,
  type PersistentEvent,
  type QueueControlled,
} from '../schemas/events.ts';
import { readEvent } from '../schemas/read-event.ts';
import { foldJob } from './fold-job.ts';
import { LANE_RANK, READ_MODEL_SCHEMA, READ_MODEL_VERSION } from './read-model-schema.ts';

/** The only writer of a read-model file. Synchronous: a call is one transaction. */
export type ReadModelWriter = Disposable & {
  positionOf(topic: string): Position | null;
  /** False when this file was folded from another log: the topic began with another message. `first`: what it begins with now. */
  isOf(topic: string, first: LogMessage | null): boolean;
  /** Folds a batch of one topic and moves its position. Returns how many messages went to quarantine. */
  apply(topic: string, messages: readonly LogMessage[]): number;
  /** False after the file was removed: what is written then is seen by nobody. */
  isInPlace(): boolean;
  /** Removes the file, to be made anew. */
  discard(): void;
  /** Every topic was folded to its end at this time. */
  setCaughtUpAt(ms: number): void;
};

export function openReadModelWriter(path: string): ReadModelWriter {
  mkdirSync(dirname(path), { recursive: true });
  const database = openOrReplace(path);
  const statements = prepare(database);
  const inode = statSync(path).ino;

  const inTransaction = <T>(change: () => T): T => {
    database.exec('BEGIN IMMEDIATE');
    try {
      const result = change();
      database.exec('COMMIT');
      return result;
    } catch (error) {
      if (database.isTransaction) database.exec('ROLLBACK');
      throw error;
    }
  };

  const refold = (jobId: string) => {
    const rows = statements.facts.all(jobId);
    const record = foldJob(rows.map((row) => jobEvent.parse(JSON.parse(String(row['event'])))));
    if (record === null) return;
    const changed = Number(statements.nextChange.get()?.['changed']);
    const work = workOf(record.resolved);
    statements.putJob.run(
      record.id,
      record.status,
      record.submittedBy,
      LANE_RANK[record.lane],
      record.resolved.model,
      record.metadata['grouping'] ?? null,
      work,
      record.timings?.total_ms ?? null,
      changed,
      JSON.stringify(record),
    );
  };

  const keep = (event: PersistentEvent, touched: Set<string>) => {
    if (event.type === 'models_listed' || event.type === 'queue_controlled') return keepLatest(event);
    if (event.type === 'malformed') return void statements.putMalformed.run(event.eventId, JSON.stringify(event));
    return keepFact(event, touched);
  };
  const keepFact = (event: JobEvent, touched: Set<string>) => {
    const { changes } = statements.putFact.run(event.jobId, event.eventId, JSON.stringify(event));
    if (changes > 0) touched.add(event.jobId);
  };
  const keepLatest = (event: ModelsListed | QueueControlled) => {
    statements.putLatest.run(event.type, event.eventId, JSON.stringify(event));
  };

  return {
    positionOf(topic) {
      const position = statements.position.get(topic)?.['position'];
      return typeof position === 'string' ? position : null;
    },
    isOf(topic, first) {
      const known = statements.first.get(topic)?.['first'];
      return known === undefined || (first !== null && known === markOf(first));
    },
    apply(topic, messages) {
      return inTransaction(() => {
        const touched = new Set<string>();
        let quarantined = 0;
        for (const message of messages) {
          const read = readEvent(message.payload);
          if (read.kind === 'event') keep(read.event, touched);
          else {
            statements.putQuarantine.run(topic, message.position, read.reason, message.payload);
            quarantined += 1;
          }
        }
        for (const jobId of touched) refold(jobId);
        const [first, last] = [messages[0], messages.at(-1)];
        if (first && last) statements.putPosition.run(topic, markOf(first), last.position);
        return quarantined;
      });
    },
    isInPlace: () => existsSync(path) && statSync(path).ino === inode,
    discard: () => removeFile(path),
    setCaughtUpAt(ms) {
      statements.putCaughtUpAt.run(ms);
    },
    [Symbol.dispose]() {
      database.close();
    },
  };
}

/** The file is only a cache of the log: one that cannot be used, or is of another version, is replaced. */
function openOrReplace(path: string): DatabaseSync {
  if (existsSync(path)) {
    try {
      const database = open(path);
      if (Number(database.prepare('PRAGMA user_version').get()?.['user_version']) === READ_MODEL_VERSION)
        return database;
      database.close();
    } catch {
      // Not a database, or a damaged one.
    }
    removeFile(path);
  }
  const database = open(path);
  database.exec(`BEGIN; ${READ_MODEL_SCHEMA} PRAGMA user_version = ${READ_MODEL_VERSION};`);
  database.prepare('INSERT INTO file VALUES (?, 0, 0)').run(randomUUID());
  database.exec('COMMIT');
  return database;
}

/** Two logs have no first message in common: keys are ids, and times differ. */
function markOf({ position, publishTime, key }: LogMessage): string {
  return JSON.stringify([position, publishTime, key]);
}

function removeFile(path: string): void {
  for (const suffix of ['', '-wal', '-shm']) rmSync(path + suffix, { force: true });
}

function open(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { timeout: 5000 });
  // A lost tail is folded again from the log, so nothing waits for the disk.
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF;');
  return database;
}

function prepare(database: DatabaseSync) {
  return {
    position: database.prepare('SELECT position FROM positions WHERE topic = ?'),
    first: database.prepare('SELECT first FROM positions WHERE topic = ?'),
    putPosition: database.prepare(
      'INSERT INTO positions VALUES (?, ?, ?) ON CONFLICT (topic) DO UPDATE SET position = excluded.position',
    ),
    facts: database.prepare('SELECT event FROM facts WHERE job_id = ?'),
    putFact: database.prepare('INSERT OR IGNORE INTO facts VALUES (?, ?, ?)'),
    nextChange: database.prepare('UPDATE file SET changed = changed + 1 RETURNING changed'),
    putJob: database.prepare('INSERT OR REPLACE INTO jobs VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)'),
    putLatest: database.prepare(
      `INSERT INTO latest VALUES (?, ?, ?) ON CONFLICT (name) DO UPDATE SET event_id = excluded.event_id, event = excluded.event
       WHERE excluded.event_id > latest.event_id`,
    ),
    putMalformed: database.prepare('INSERT OR IGNORE INTO malformed VALUES (?, ?)'),
    putQuarantine: database.prepare('INSERT OR REPLACE INTO quarantine VALUES (?, ?, ?, ?)'),
    putCaughtUpAt: database.prepare('UPDATE file SET caught_up_at = ?'),
  };
}
