import type { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { isBusy, translateSqliteError } from './translate-sqlite-error.ts';

/** Runs writes in shared transactions: all that arrive while one commit syncs go into the next. */
export type GroupCommit = {
  /** Resolves with what `write` returned, once it is committed. `write` is synchronous and may run more than once. */
  run<T>(write: (database: DatabaseSync) => T): Promise<T>;
  /** Waits for what was asked for, then refuses more. */
  close(): Promise<void>;
};

type Waiting = {
  write: (database: DatabaseSync) => unknown;
  settle(result: unknown): void;
  fail(error: unknown): void;
};

const BUSY_LIMIT_MS = 10_000;
/** Two processes that commit in turn starve one another unless each leaves a gap (measured: 1–2 ms give equal shares). */
const GAP_MS = 1;
const GROUP_MAX = 500;

export function createGroupCommit(database: DatabaseSync, onCommit: () => void): GroupCommit {
  let waiting: Waiting[] = [];
  let closed = false;
  let working: Promise<void> | null = null;

  async function commitAll(): Promise<void> {
    // Lets the writes of this turn of the event loop gather.
    await new Promise(setImmediate);
    while (waiting.length > 0) {
      const group = waiting.slice(0, GROUP_MAX);
      waiting = waiting.slice(GROUP_MAX);
      await commitGroup(database, group);
      onCommit();
      await sleep(GAP_MS);
    }
    working = null;
  }

  return {
    run(write) {
      if (closed) return Promise.reject(translateSqliteError(new Error('the event log is closed')));
      const { promise, resolve, reject } = Promise.withResolvers<ReturnType<typeof write>>();
      // The group calls `settle` with what this very `write` returned.
      waiting.push({ write, settle: (result) => resolve(result as ReturnType<typeof write>), fail: reject });
      working ??= commitAll();
      return promise;
    },
    async close() {
      closed = true;
      await working;
    },
  };
}

async function commitGroup(database: DatabaseSync, group: readonly Waiting[]): Promise<void> {
  try {
    const settled = await withBusyRetries(() => inTransaction(database, group));
    for (const settle of settled) settle();
  } catch (error) {
    for (const { fail } of group) fail(translateSqliteError(error));
  }
}

/** One transaction; a write that throws is undone alone. Returns how to answer each, once the commit is known. */
function inTransaction(database: DatabaseSync, group: readonly Waiting[]): (() => void)[] {
  database.exec('BEGIN IMMEDIATE');
  try {
    const settled = group.map(({ write, settle, fail }) => {
      database.exec('SAVEPOINT one');
      try {
        const result = write(database);
        database.exec('RELEASE one');
        return () => settle(result);
      } catch (error) {
        database.exec('ROLLBACK TO one; RELEASE one');
        return () => fail(translateSqliteError(error));
      }
    });
    database.exec('COMMIT');
    return settled;
  } catch (error) {
    // SQLite has already rolled back on a full disk.
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

async function withBusyRetries<T>(attempt: () => T): Promise<T> {
  const start = performance.now();
  for (;;) {
    try {
      return attempt();
    } catch (error) {
      if (!isBusy(error) || performance.now() - start > BUSY_LIMIT_MS) throw error;
      await sleep(1 + Math.random() * 10);
    }
  }
}
