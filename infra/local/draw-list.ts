/**
 * `npm run --silent draw-list -- LIST FOLDER [MODEL]`: draws every wish of a JSON list, with the built-in model where none is named, as
 * FOLDER/0.png, 1.png, …; what is there already is left. apps/worker/training/evaluate.py judges the pictures, and compare_speed.py takes
 * the milliseconds of each from FOLDER/times.json.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { startDrawing } from './drawing.ts';

const wishes = z.array(
  z.strictObject({
    ...{ prompt: z.string(), seed: z.int(), steps: z.int().optional() },
    ...{ cfg_scale: z.number().optional(), sampler: z.string().optional() },
  }),
);

const [list, folder, model] = process.argv.slice(2);
if (!list || !folder) throw new Error('draw-list needs a list and a folder');
mkdirSync(folder, { recursive: true });
const all = wishes.parse(JSON.parse(readFileSync(list, 'utf8')));
const times: Record<number, number> = {};
await using drawing = await startDrawing(model);
for (const [i, { prompt, seed, ...rest }] of all.entries()) {
  const file = join(folder, `${i}.png`);
  if (existsSync(file)) continue;
  const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
  const started = performance.now();
  writeFileSync(`${file}.new`, await drawing.draw({ prompt, seed, ...given }));
  times[i] = performance.now() - started;
  renameSync(`${file}.new`, file);
  if (i % 100 === 0) console.log(`${i} of ${all.length}`);
}
writeFileSync(join(folder, 'times.json'), JSON.stringify(times));
