import { engineSets } from '../engines.ts';
import type { Stack } from '../stack.ts';
import { finished, submit, withStack } from './bench-stack.ts';
import { report } from './figures.ts';

const JOB = { prompt: 'fake:step-ms=10', steps: 5, width: 64, height: 64 };
const JOBS_BESIDE_POISON = 150;
const POISON = 3;
const JOBS_BESIDE_STUCK = 20;
const STUCK = { prompt: 'fake:step-ms=600000', steps: 5, width: 64, height: 64 };

/** What jobs lose by their neighbours: others that always fail, and a worker that never ends. On each of the logs. */
export async function neighbours(): Promise<void> {
  for (const { name, open } of engineSets()) {
    await using engines = await open();
    const on = async <T>(workers: number, use: (stack: Stack) => Promise<T>) =>
      await withStack({ engines: engines.env, workers }, use);

    const [alone, beside] = await on(2, async ({ webUrls: [web = ''] }) => {
      await seconds(web, 20);
      const first = await seconds(web, JOBS_BESIDE_POISON);
      for (let i = 0; i < POISON; i += 1) await submit(web, { ...JOB, prompt: 'fake:fail' });
      return [first, await seconds(web, JOBS_BESIDE_POISON)] as const;
    });
    report(
      `jobs a second beside ${POISON} that always fail ÷ without, ${name}`,
      alone / beside,
      `${JOBS_BESIDE_POISON} jobs through two sidecars in ${beside.toFixed(1)} and ${alone.toFixed(1)} s; aim ≥ 0.95`,
    );

    const single = await on(1, async ({ webUrls: [web = ''] }) => await seconds(web, JOBS_BESIDE_STUCK));
    const stuck = await on(2, async ({ webUrls: [web = ''] }) => {
      const id = await submit(web, STUCK);
      while ((await startedTime(web, id)) === null) await new Promise((wake) => setTimeout(wake, 20));
      const time = await seconds(web, JOBS_BESIDE_STUCK);
      await fetch(`${web}/images/${id}/cancel`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{}',
      });
      await finished(web, id);
      return time;
    });
    report(
      `${JOBS_BESIDE_STUCK} jobs with a second worker that is stuck ÷ with it absent, ${name}`,
      stuck / single,
      `${stuck.toFixed(2)} and ${single.toFixed(2)} s; aim ≤ 1.2`,
    );
  }
}

/** How long so many jobs take, from the first request to the last picture. */
async function seconds(web: string, count: number): Promise<number> {
  const start = performance.now();
  const ids = await Promise.all(Array.from({ length: count }, () => submit(web, JOB)));
  for (const id of ids) await finished(web, id);
  return (performance.now() - start) / 1000;
}

async function startedTime(web: string, id: string): Promise<string | null> {
  const response = await fetch(`${web}/images/${id}/`);
  const answer: unknown = await response.json();
  return typeof answer === 'object' && answer !== null && 'started_time' in answer
    ? String(answer.started_time ?? '') || null
    : null;
}
