import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withStack } from './bench-stack.ts';
import { median, report, timed } from './figures.ts';
import { fillLog } from './fill-log.ts';

const READS = 2000;

async function readLatency(count: number): Promise<number> {
  const data = mkdtempSync(join(tmpdir(), 'darkroom-bench-'));
  try {
    const ids = await fillLog(data, count);
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

/** Latency of GET /images/<id>/ at 100,000 jobs ÷ at 1,000 jobs. */
export async function reads(): Promise<void> {
  const few = await readLatency(1000);
  const many = await readLatency(100_000);
  report(
    'GET /images/<id>/ at 100,000 jobs ÷ at 1,000',
    many / few,
    `medians ${many.toFixed(2)} and ${few.toFixed(2)} ms over ${READS} reads; aim ≤ 1.2`,
  );
}
