import { engineSets } from '../engines.ts';
import { finished, submit, withStack } from './bench-stack.ts';
import { quantile, report } from './figures.ts';

const SMALL = { prompt: 'a dog', steps: 1, width: 64, height: 64 };
const SINGLE_JOBS = 100;
const MANY_JOBS = 300;
const CLIENTS = [1, 10, 100];
const POSTS = 600;

type Figures = { startP50: number; startP99: number; jobsASecond: number; postsASecond: number[] };

/** From publishing to start, jobs a second through two sidecars, accepted requests a second: on each of the logs, in one run. */
export async function queue(): Promise<void> {
  let first: Figures | null = null;
  for (const { name, open } of engineSets()) {
    await using engines = await open();
    const figures = await measure(engines.env);
    first ??= figures;
    const against = (value: number, other: number) => `${(value / other).toFixed(2)} × the first log`;
    report(`from request to start, ms, p50, ${name}`, figures.startP50, against(figures.startP50, first.startP50));
    report(`from request to start, ms, p99, ${name}`, figures.startP99, against(figures.startP99, first.startP99));
    report(
      `jobs a second, two sidecars, ${name}`,
      figures.jobsASecond,
      against(figures.jobsASecond, first.jobsASecond),
    );
    for (const [i, clients] of CLIENTS.entries()) {
      const rate = figures.postsASecond[i] ?? 0;
      report(`accepted a second, ${clients} clients, ${name}`, rate, against(rate, first.postsASecond[i] ?? 0));
    }
  }
}

async function measure(engines: Readonly<Record<string, string>>): Promise<Figures> {
  return await withStack({ engines, workers: 2 }, async ({ webUrls: [web = ''] }) => {
    const waits: number[] = [];
    for (let i = 0; i < SINGLE_JOBS; i += 1) {
      const { request_time, started_time } = await finished(web, await submit(web, SMALL));
      waits.push(Date.parse(started_time ?? '') - Date.parse(request_time));
    }
    const postsASecond: number[] = [];
    let jobsASecond = 0;
    for (const clients of CLIENTS) {
      const start = performance.now();
      const ids = await submitFrom(web, clients, POSTS);
      postsASecond.push(POSTS / ((performance.now() - start) / 1000));
      for (const id of ids) await finished(web, id);
    }
    const start = performance.now();
    const ids = await submitFrom(web, 10, MANY_JOBS);
    for (const id of ids) await finished(web, id);
    jobsASecond = MANY_JOBS / ((performance.now() - start) / 1000);
    return { startP50: quantile(waits, 0.5), startP99: quantile(waits, 0.99), jobsASecond, postsASecond };
  });
}

async function submitFrom(web: string, clients: number, count: number): Promise<string[]> {
  const ids: string[] = [];
  let left = count;
  await Promise.all(
    Array.from({ length: clients }, async () => {
      while (left > 0) {
        left -= 1;
        ids.push(await submit(web, SMALL));
      }
    }),
  );
  return ids;
}
