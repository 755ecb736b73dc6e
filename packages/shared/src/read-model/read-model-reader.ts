import { existsSync, statSync } from 'node:fs';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { DarkroomError, messageOf } from '../errors/darkroom-error.ts';
import type { Position } from '../event-log/event-log.ts';
import type { Abortable } from '../lifecycle/abortable.ts';
import { type ModelsListed, modelsListed } from '../schemas/events.ts';
import type { Lane } from '../schemas/topics.ts';
import { createWakeUp, type WakeUp } from '../sqlite/wake-up.ts';
import type { JobRecord } from './job-record.ts';
import { type JobFilter, pageQuery, QUERIES, type QueryName } from './read-model-queries.ts';
import { LANE_RANK, READ_MODEL_VERSION } from './read-model-schema.ts';

export type ChangedJob = { record: JobRecord; changed: number };
export type PageQuery = JobFilter & { limit: number; before?: string | undefined; offset?: number | undefined };

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
  /** Waiting jobs that are served before this waiting one, and their work. */
  ahead(job: JobRecord): { jobs: number; work: number };
  /** The first waiting jobs in the order in which they are served. */
  waitingJobs(limit: number): { id: string; work: number }[];
  /** Milliseconds an engine took for one unit of work in this model's last jobs, or null. */
  millisecondsPerWork(model: string): number | null;
  modelCatalog(): ModelsListed | null;
  /** Resolves when the file changed since `version()`, or after `maxMs`. */
  version(): number;
  changed(version: number, maxMs: number, options?: Abortable): Promise<void>;
};

type Row = Record<string, unknown>;
type Open = {
  database: DatabaseSync;
  wakeUp: WakeUp;
  inode: number;
  all(sql: string, ...parameters: (string | number)[]): Row[];
};

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
  const one = (query: QueryName, ...parameters: (string | number)[]) => current().all(QUERIES[query], ...parameters)[0];
  const records = (query: QueryName, ...parameters: (string | number)[]) =>
    current()
      .all(QUERIES[query], ...parameters)
      .map(recordOf);

  return {
    generation: () => String(one('file')?.['generation']),
    position(topic) {
      const position = one('position', topic)?.['position'];
      return typeof position === 'string' ? position : null;
    },
    caughtUpAt: () => Number(one('file')?.['caught_up_at']),
    job: (id) => records('job', id)[0] ?? null,
    jobs({ limit, before = '~', offset = 0, ...filter }) {
      const { sql, values } = pageQuery(filter);
      return current()
        .all(sql, ...values, before, limit, offset)
        .map(recordOf);
    },
    unfinishedJobs: (limit) => records('unfinishedJobs', limit),
    renderingJobs: (limit) => records('renderingJobs', limit),
    changedSince(changed, limit) {
      const rows = current().all(QUERIES.changedSince, changed, limit);
      return rows.map((row) => ({ record: recordOf(row), changed: Number(row['changed']) }));
    },
    lastChange: () => Number(one('file')?.['changed']),
    waitingJobsOf: (person) => Number(one('waitingOfPerson', person)?.['jobs']),
    ahead(job) {
      const lane: (typeof LANE_RANK)[Lane] = LANE_RANK[job.lane];
      const before = [one('waitingInLanesBefore', lane), one('waitingInLaneBefore', lane, job.id)];
      const sumOf = (column: 'jobs' | 'work') => before.reduce((sum, row) => sum + Number(row?.[column]), 0);
      return { jobs: sumOf('jobs'), work: sumOf('work') };
    },
    waitingJobs(limit) {
      const rows = current().all(QUERIES.waiting, limit);
      return rows.map((row) => ({ id: String(row['id']), work: Number(row['work']) }));
    },
    millisecondsPerWork(model) {
      const rate = one('rate', model)?.['rate'];
      return typeof rate === 'number' ? rate : null;
    },
    modelCatalog() {
      const row = one('modelCatalog');
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
function recordOf(row: Row): JobRecord {
  return JSON.parse(String(row['record'])) as JobRecord;
}

/** Null while the projector is still making the file, or it is of another version. */
function open(path: string, inode: number): Open | null {
  try {
    const database = new DatabaseSync(path, { readOnly: true, timeout: 2000 });
    database.exec('PRAGMA query_only = 1');
    if (Number(database.prepare('PRAGMA user_version').get()?.['user_version']) === READ_MODEL_VERSION) {
      return { database, wakeUp: createWakeUp(database), inode, all: preparedOnce(database) };
    }
    database.close();
    return null;
  } catch (error) {
    throw new DarkroomError('NOT_READY', `The read model cannot be opened: ${messageOf(error)}`, {
      retryAfterSeconds: 1,
    });
  }
}

function preparedOnce(database: DatabaseSync): Open['all'] {
  const statements = new Map<string, StatementSync>();
  return (sql, ...parameters) => {
    const statement = statements.get(sql) ?? database.prepare(sql);
    statements.set(sql, statement);
    return statement.all(...parameters);
  };
}

function close({ wakeUp, database }: Open): void {
  wakeUp.close();
  database.close();
}
