/**
 * `npm run bench`: what is promised of speed, as ratios measured in one run on one machine.
 *   1. time inside onnxruntime ÷ wall time of a job, at 20 steps                                   (aim ≥ 0.95)
 *   2. accepted requests a second, durable on the disk, ÷ single durable commits a second of this disk
 *   3. latency of GET /images/<id>/ at 100,000 jobs ÷ at 1,000 jobs                               (aim ≤ 1.2)
 *   4. latency of the engine's /health during a rendering ÷ while idle
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { openEventLog } from '@darkroom/shared/composition/open-engines';
import { createIds } from '@darkroom/shared/ids/ids';
import { accepted } from '@darkroom/shared/schemas/api';
import { isFinished, type Job, job } from '@darkroom/shared/schemas/job';
import { encodeEvent } from '@darkroom/shared/schemas/read-event';
import { TOPICS } from '@darkroom/shared/schemas/topics';
import { finishedJob, modelsListed } from './bench-jobs.ts';
import { type StackOptions, startStack } from './stack.ts';

const JOBS = 12;
const PARALLEL_POSTS = 32;
const POSTS = 1500;
const COMMITS = 200;
const READS = 2000;

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function report(name: string, value: number, detail: string): void {
  console.log(`${value.toFixed(3).padStart(9)}  ${name}\n           ${detail}`);
}

async function withStack<T>(
  options: Partial<StackOptions>,
  use: (stack: Awaited<ReturnType<typeof startStack>>, data: string) => Promise<T>,
) {
  const data = options.data ?? mkdtempSync(join(tmpdir(), 'darkroom-bench-'));
  const stack = await startStack({ web: 'production', engine: 'fake', ...options, data });
  try {
    await stack.ready(600_000);
    return await use(stack, data);
  } finally {
    await stack[Symbol.asyncDispose]();
    if (!options.data) rmSync(data, { recursive: true, force: true });
  }
}

async function submit(url: string, settings: object): Promise<string> {
  const response = await fetch(`${url}/images/`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ generation_settings: settings }),
  });
  if (response.status !== 202) throw new Error(`POST answered ${response.status}: ${await response.text()}`);
  return accepted.parse(await response.json()).id;
}

async function finished(url: string, id: string): Promise<Job> {
  for (;;) {
    const response = await fetch(`${url}/images/${id}/`);
    const current = response.ok ? job.parse(await response.json()) : null;
    if (current && isFinished(current.status)) return current;
    await new Promise((wake) => setTimeout(wake, 20));
  }
}

async function timed(call: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await call();
  return performance.now() - start;
}

async function engineShare(): Promise<void> {
  await withStack({ engine: 'onnx' }, async ({ webUrls: [web = ''], diffusionUrls: [engine = ''] }) => {
    await finished(web, await submit(web, { prompt: 'a dog', steps: 20 }));
    const jobs: Job[] = [];
    for (let i = 0; i < JOBS; i += 1)
      jobs.push(await finished(web, await submit(web, { prompt: 'a dog', seed: i, steps: 20 })));
    const inside = jobs.map(({ timings }) => timings?.['inference_ms'] ?? 0);
    const engineWall = jobs.map(({ timings }) => timings?.['total_ms'] ?? 0);
    const jobWall = jobs.map(
      ({ started_time, end_time }) => Date.parse(end_time ?? '') - Date.parse(started_time ?? ''),
    );
    const share = (wall: readonly number[]) => median(inside.map((ms, i) => ms / (wall[i] ?? 1)));
    report(
      'time inside onnxruntime ÷ rendering',
      share(engineWall),
      `median of ${JOBS} jobs of 20 steps, ${median(inside).toFixed(0)} ms inside`,
    );
    report(
      'time inside onnxruntime ÷ job, from started to completed',
      share(jobWall),
      `${median(jobWall).toFixed(0)} ms a job; aim ≥ 0.95`,
    );

    const idle: number[] = [];
    for (let i = 0; i < 200; i += 1) idle.push(await timed(() => fetch(`${engine}/health`)));
    const rendering = submit(web, { prompt: 'a dog', steps: 150 }).then((id) => finished(web, id));
    let done = false;
    void rendering.then(() => (done = true));
    const busy: number[] = [];
    while (!done) busy.push(await timed(() => fetch(`${engine}/health`)));
    report(
      'health during a rendering ÷ idle',
      median(busy) / median(idle),
      `medians ${median(busy).toFixed(2)} and ${median(idle).toFixed(2)} ms; slowest during one ${Math.max(...busy).toFixed(1)} ms`,
    );
  });
}

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

async function acceptance(): Promise<void> {
  const data = mkdtempSync(join(tmpdir(), 'darkroom-bench-'));
  await fill(data, 0);
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

async function fill(data: string, count: number): Promise<string[]> {
  await using log = await openEventLog({ kind: 'embedded', folder: join(data, 'log'), leaseTimeoutMs: undefined });
  const ids = createIds();
  await log.publish(TOPICS.modelCatalog, { key: 'bench', payload: encodeEvent(modelsListed(ids)) });
  const jobIds: string[] = [];
  for (let done = 0; done < count; done += 500) {
    const batch = Array.from({ length: Math.min(500, count - done) }, () => finishedJob(ids));
    jobIds.push(...batch.map(({ requested }) => requested.jobId));
    await Promise.all(
      batch.flatMap(({ requested, completed }) => [
        log.publish(TOPICS.requestedLow, { key: requested.jobId, payload: encodeEvent(requested) }),
        log.publish(TOPICS.completed, { key: requested.jobId, payload: encodeEvent(completed) }),
      ]),
    );
  }
  return jobIds;
}

async function readLatency(count: number): Promise<number> {
  const data = mkdtempSync(join(tmpdir(), 'darkroom-bench-'));
  try {
    const ids = await fill(data, count);
    return await withStack({ data, workers: 0 }, async ({ webUrls: [web = ''] }) => {
      const latencies: number[] = [];
      for (let i = 0; i < READS; i += 1) {
        const id = ids[Math.floor((i * 7919) % ids.length)];
        latencies.push(await timed(async () => await (await fetch(`${web}/images/${id}/`)).arrayBuffer()));
      }
      return median(latencies.slice(READS / 10));
    });
  } finally {
    rmSync(data, { recursive: true, force: true });
  }
}

async function reads(): Promise<void> {
  const few = await readLatency(1000);
  const many = await readLatency(100_000);
  report(
    'GET /images/<id>/ at 100,000 jobs ÷ at 1,000',
    many / few,
    `medians ${many.toFixed(2)} and ${few.toFixed(2)} ms over ${READS} reads; aim ≤ 1.2`,
  );
}

const parts = { engine: engineShare, acceptance, reads };
const wanted = process.argv.slice(2);
for (const [name, measure] of Object.entries(parts)) if (wanted.length === 0 || wanted.includes(name)) await measure();
process.exit(0);
