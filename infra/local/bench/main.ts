/**
 * `npm run bench`: what is promised of speed, as ratios measured in one run on one machine.
 *   engine      time inside onnxruntime ÷ wall time of a job (aim ≥ 0.95); /health during a rendering ÷ while idle
 *   acceptance  accepted requests a second, durable on the disk, ÷ single durable commits a second of this disk
 *   reads       GET /images/<id>/ at 100,000 jobs ÷ at 1,000 jobs (aim ≤ 1.2)
 *   queue       what a job waits for, requests and jobs a second, on each of the logs
 *   neighbours  what jobs lose by others that always fail (aim ≥ 0.95), and by a worker that never ends (aim ≤ 1.2)
 *   gaps        time that an engine is idle between two jobs, with a slow store (aim < 1 % of a 2 s job)
 * `ENGINES=embedded` or `ENGINES=production` keeps to one set of engines.
 */
import { acceptance } from './acceptance.ts';
import { engineShare } from './engine-share.ts';
import { gaps } from './gaps.ts';
import { neighbours } from './neighbours.ts';
import { queue } from './queue.ts';
import { reads } from './reads.ts';

const parts = { engine: engineShare, acceptance, reads, queue, neighbours, gaps };
const wanted = process.argv.slice(2);
for (const [name, measure] of Object.entries(parts)) if (wanted.length === 0 || wanted.includes(name)) await measure();
process.exit(0);
