/**
 * `npm run bench`: what is promised of speed, as ratios measured in one run on one machine.
 *   engine      time inside onnxruntime ÷ wall time of a job (aim ≥ 0.95); /health during a rendering ÷ while idle
 *   acceptance  accepted requests a second, durable on the disk, ÷ single durable commits a second of this disk
 *   reads       GET /images/<id>/ at 100,000 jobs ÷ at 1,000 jobs (aim ≤ 1.2)
 *   queue       what a job waits for, requests and jobs a second, on each of the logs
 *   neighbours  what jobs lose by others that always fail (aim ≥ 0.95), and by a worker that never ends (aim ≤ 1.2)
 *   gaps        time that an engine is idle between two jobs, with a slow store (aim < 1 % of a 2 s job)
 *   pytorch     time of a picture ÷ in PyTorch diffusers (aim ≤ 1.0), where Python has it
 * `ENGINES=embedded` or `ENGINES=production` keeps to one set of engines. The last figures of each part are kept in docs/bench.json, with
 * the machine they were measured on: ratios compare between machines, times do not.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../stack.ts';
import { acceptance } from './acceptance.ts';
import { engineShare } from './engine-share.ts';
import { takeFigures } from './figures.ts';
import { gaps } from './gaps.ts';
import { neighbours } from './neighbours.ts';
import { pytorch } from './pytorch.ts';
import { queue } from './queue.ts';
import { reads } from './reads.ts';

const parts = { engine: engineShare, acceptance, reads, queue, neighbours, gaps, pytorch };
const wanted = process.argv.slice(2);
const record = join(ROOT, 'docs/bench.json');
for (const [name, measure] of Object.entries(parts)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  await measure();
  const before = existsSync(record) ? JSON.parse(readFileSync(record, 'utf8')) : {};
  const machine = `${availableParallelism()} × ${cpus()[0]?.model ?? process.arch}, Node ${process.versions.node}`;
  const part = { date: new Date().toISOString().slice(0, 10), machine, figures: takeFigures() };
  writeFileSync(record, `${JSON.stringify({ ...before, [name]: part }, null, 2)}\n`);
}
process.exit(0);
