import { engineSets } from '../engines.ts';
import { finished, submit, withStack } from './bench-stack.ts';
import { median, quantile, report } from './figures.ts';

const JOBS = 10;
const STEPS = 20;
const STEP_MS = 100;
const STORE_DELAY_MS = 50;

/** Time that an engine is idle between two jobs of 2 s, with 50 ms added to each call of the store. */
export async function gaps(): Promise<void> {
  for (const { name, open } of engineSets()) {
    await using engines = await open();
    const ends: { at: number; elapsedMs: number }[] = [];
    const onLine = (process: string, line: string) => {
      const end = process.startsWith('diffusion') ? renderingEnd(line) : null;
      if (end) ends.push(end);
    };
    const slow = { FAULTS: '1', STORE_DELAY_MS: `${STORE_DELAY_MS}` };
    const idle = await withStack(
      { engines: engines.env, env: { sidecar: slow }, onLine },
      async ({ webUrls: [web = ''] }) => {
        const settings = { prompt: `fake:step-ms=${STEP_MS}`, steps: STEPS, width: 64, height: 64 };
        const ids = await Promise.all(Array.from({ length: JOBS }, () => submit(web, settings)));
        for (const id of ids) await finished(web, id);
        return ends.slice(1).map(({ at, elapsedMs }, i) => at - elapsedMs - (ends[i]?.at ?? 0));
      },
    );
    report(
      `idle between two jobs ÷ a job of ${(STEPS * STEP_MS) / 1000} s, ${name}`,
      median(idle) / (STEPS * STEP_MS),
      `median ${median(idle).toFixed(0)} ms, p90 ${quantile(idle, 0.9).toFixed(0)} ms over ${idle.length} gaps; aim < 0.01`,
    );
  }
}

/** What the diffusion service says of each rendering: when it ended, and how long it took. */
function renderingEnd(line: string): { at: number; elapsedMs: number } | null {
  if (!line.includes('a rendering ended')) return null;
  const { time, elapsed_ms: elapsedMs } = JSON.parse(line) as { time: string | number; elapsed_ms: number }; // our own log line
  return { at: new Date(time).getTime(), elapsedMs };
}
