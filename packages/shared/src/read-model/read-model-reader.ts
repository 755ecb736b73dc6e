import { existsSync, statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { DarkroomError, messageOf } from '../errors/darkroom-error.ts';
import type { Position } from '../event-log/event-log.ts';
import type { Abortable } from '../lifecycle/abortable.ts';
import { type ModelsListed, modelsListed } from '../schemas/events.ts';
import type { Lane } from '../schemas/topics.ts';
import { createWakeUp, type WakeUp } from '../sqlite/wake-up.ts';
import type { JobRecord } from './job-record.ts';
import { LANE_RANK, READ_MODEL_VERSION } from './read-model-schema.ts';

export type ChangedJob = { record: JobRecord; changed: number };
export type PageQuery = { limit: number; before?: string | undefined; offset?: number | undefined };

/** Reads a read-model file that a projector beside this process writes. Throws `NOT_READY` until there is one. */
export type ReadModelReader = Disposable & {
  /** Differs after the file was folded anew: `changed` numbers of another generation mean nothing. */
  generation(): string;
  position(topic: string): Position | null;
  /** The last moment at which every topic had been folded to its end; 0 before the first. */
  caughtUpAt(): number;
  job(id: string): JobRecord | null;
  /** Newest first; `before` is the id of the last job of the page before. */
  jobs(query: PageQuery): JobRecord[];
  unfinishedJobs(limit: number): JobRecord[];
  renderingJobs(limit: number): JobRecord[];
  /** In the order of their changes. */
  changedSince(changed: number, limit: number): ChangedJob[];
  lastChange(): number;
  waitingJobsOf(person: string): number;
  /** Jobs that are served before this waiting one, and their work. */
  ahead(job: JobRecord): { jobs: number; work: number };
  /** What is being rendered, and the first waiting jobs in the order in which they are served. */
  queue(limit: number): { rendering: { jobs: number; work: number }; waiting: { id: string; work: number }[] };
  /** Milliseconds an engine took for one unit of work in this model's last jobs, or null. */
  millisecondsPerWork(model: string): number | null;
  modelCatalog(): ModelsListed | null;
  /** Resolves when the file changed since `version()`, or after `maxMs`. */
  version(): number;
  changed(version: number, maxMs: number, options?: Abortable): Promise<void>;
};

type Open = { database: DatabaseSync; wakeUp: WakeUp; inode: number };

/** The file may be replaced at any time: its inode is looked at again after this long. */
const LOOK_AGAIN_MS = 500;

export function openReadModelReader(path: string): ReadModelReader {
  let opened: Open | null = null;
  let lookedAt = Number.NEGATIVE_INFINITY;

  const current = (): Open => {
    if (opened !== null && performance.now() - lookedAt < LOOK_AGAIN_MS) return opened;
    lookedAt = performance.now();
    const inode = existsSync(path) ? statSync(path).ino : null;
    if (opened !== null && opened.inode === inode) return opened;
    if (opened !== null) close(opened);
    opened = null;
    if (inode !== null) opened = open(path, inode);
    if (opened === null) throw new DarkroomError('NOT_READY', 'The read model is being made', { retryAfterSeconds: 1 });
    return opened;
  };
  const one = (sql: string, ...parameters: (string | number)[]) =>
    current()
      .database.prepare(sql)
      .get(...parameters);
  const records = (sql: string, ...parameters: (string | number)[]) =>
    current()
      .database.prepare(sql)
      .all(...parameters)
      .map(recordOf);

  return {
    generation: () => String(one('SELECT generation FROM file')?.['generation']),
    position(topic) {
      const position = one('SELECT position FROM positions WHERE topic = ?', topic)?.['position'];
      return typeof position === 'string' ? position : null;
    },
    caughtUpAt: () => Number(one('SELECT caught_up_at FROM file')?.['caught_up_at']),
    job(id) {
      const row = one('SELECT record FROM jobs WHERE id = ?', id);
      return row === undefined ? null : recordOf(row);
    },
    jobs({ limit, before, offset = 0 }) {
      return records(
        'SELECT record FROM jobs WHERE id < ? ORDER BY id DESC LIMIT ? OFFSET ?',
        before ?? '~',
        limit,
        offset,
      );
    },
    unfinishedJobs(limit) {
      return records(
        `SELECT record FROM jobs WHERE status IN ('waiting', 'rendering', 'retrying') ORDER BY id DESC LIMIT ?`,
        limit,
      );
    },
    renderingJobs: (limit) => records(`SELECT record FROM jobs WHERE status = 'rendering' ORDER BY id LIMIT ?`, limit),
    changedSince(changed, limit) {
      return current()
        .database.prepare('SELECT record, changed FROM jobs WHERE changed > ? ORDER BY changed LIMIT ?')
        .all(changed, limit)
        .map((row) => ({ record: recordOf(row), changed: Number(row['changed']) }));
    },
    lastChange: () => Number(one('SELECT changed FROM file')?.['changed']),
    waitingJobsOf(person) {
      return Number(one(`SELECT count(*) AS n FROM jobs WHERE status = 'waiting' AND submitted_by = ?`, person)?.['n']);
    },
    ahead(job) {
      const lane: (typeof LANE_RANK)[Lane] = LANE_RANK[job.lane];
      const row = one(
        `SELECT count(*) AS jobs, coalesce(sum(work), 0) AS work FROM jobs
         WHERE (status = 'waiting' AND (lane < ? OR (lane = ? AND id < ?))) OR status = 'rendering'`,
        lane,
        lane,
        job.id,
      );
      return { jobs: Number(row?.['jobs']), work: Number(row?.['work']) };
    },
    queue(limit) {
      const rendering = one(
        `SELECT count(*) AS jobs, coalesce(sum(work), 0) AS work FROM jobs WHERE status = 'rendering'`,
      );
      const waiting = current()
        .database.prepare(`SELECT id, work FROM jobs WHERE status = 'waiting' ORDER BY lane, id LIMIT ?`)
        .all(limit);
      return {
        rendering: { jobs: Number(rendering?.['jobs']), work: Number(rendering?.['work']) },
        waiting: waiting.map((row) => ({ id: String(row['id']), work: Number(row['work']) })),
      };
    },
    millisecondsPerWork(model) {
      const row = one(
        `SELECT sum(render_ms) / sum(work) AS rate FROM
         (SELECT render_ms, work FROM jobs WHERE model = ? AND render_ms IS NOT NULL ORDER BY id DESC LIMIT 20)`,
        model,
      );
      return typeof row?.['rate'] === 'number' ? row['rate'] : null;
    },
    modelCatalog() {
      const row = one(`SELECT event FROM latest WHERE name = 'models_listed'`);
      return row === undefined ? null : modelsListed.parse(JSON.parse(String(row['event'])));
    },
    version: () => current().wakeUp.version(),
    changed: (version, maxMs, options) => current().wakeUp.changed(version, maxMs, options),
    [Symbol.dispose]() {
      if (opened !== null) close(opened);
      opened = null;
      lookedAt = Number.NEGATIVE_INFINITY;
    },
  };
}

/** Written by `read-model-writer.ts` from a `JobRecord` of the same version. */
function recordOf(row: Record<string, unknown>): JobRecord {
  return JSON.parse(String(row['record'])) as JobRecord;
}

/** Null while the projector is still making the file, or it is of another version. */
function open(path: string, inode: number): Open | null {
  try {
    const database = new DatabaseSync(path, { readOnly: true, timeout: 2000 });
    database.exec('PRAGMA query_only = 1');
    if (Number(database.prepare('PRAGMA user_version').get()?.['user_version']) === READ_MODEL_VERSION) {
      return { database, wakeUp: createWakeUp(database), inode };
    }
    database.close();
    return null;
  } catch (error) {
    throw new DarkroomError('NOT_READY', `The read model cannot be opened: ${messageOf(error)}`, {
      retryAfterSeconds: 1,
    });
  }
}

function close({ wakeUp, database }: Open): void {
  wakeUp.close();
  database.close();
}
