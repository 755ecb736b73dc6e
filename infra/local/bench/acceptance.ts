import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { submit, withStack } from './bench-stack.ts';
import { report } from './figures.ts';
import { fillLog } from './fill-log.ts';

const PARALLEL_POSTS = 32;
const POSTS = 1500;
const COMMITS = 200;

/** What the disk gives a program that waits for each commit. */
function commitsPerSecond(folder: string): number {
  const database = new DatabaseSync(join(folder, 'commits.sqlite'));
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE t (payload BLOB)');
  const insert = database.prepare('INSERT INTO t VALUES (?)');
  const start = performance.now();
  for (let i = 0; i < COMMITS; i += 1) insert.run(new Uint8Array(1000));
  const seconds = (performance.now() - start) / 1000;
  database.close();
  return COMMITS / seconds;
}

/** Accepted requests a second, durable on the disk, ÷ single durable commits a second of this disk. */
export async function acceptance(): Promise<void> {
  const data = mkdtempSync(join(tmpdir(), 'darkroom-bench-'));
  await fillLog(data, 0);
  await withStack({ data, workers: 0 }, async ({ webUrls: [web = ''] }) => {
    let left = POSTS;
    const start = performance.now();
    await Promise.all(
      Array.from({ length: PARALLEL_POSTS }, async () => {
        while (left > 0) {
          left -= 1;
          await submit(web, { prompt: 'a dog', steps: 1, width: 64, height: 64 });
        }
      }),
    );
    const rate = POSTS / ((performance.now() - start) / 1000);
    const commits = commitsPerSecond(data);
    report(
      'accepted requests ÷ durable commits of this disk',
      rate / commits,
      `${rate.toFixed(0)} requests a second, ${PARALLEL_POSTS} at a time; ${commits.toFixed(0)} commits a second, one at a time`,
    );
  });
  rmSync(data, { recursive: true, force: true });
}
