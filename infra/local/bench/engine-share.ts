import type { Job } from '@darkroom/shared/schemas/job';
import { finished, submit, withStack } from './bench-stack.ts';
import { median, report, timed } from './figures.ts';

const JOBS = 12;

/** Time inside onnxruntime ÷ wall time of a job, at 20 steps; latency of the engine's /health during a rendering ÷ while idle. */
export async function engineShare(): Promise<void> {
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
