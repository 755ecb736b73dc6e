/**
 * `npm run contact-sheet`: draws the example prompts of the built-in model with seeds 1 and 2, through the diffusion
 * service as it runs in production, and lays them out in docs/contact-sheet.png: a prompt's two pictures side by side,
 * four prompts a row, in the order of models/demo/darkroom.json. Nothing is picked.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { diffusionConfig } from '../../apps/worker/src/diffusion/config.ts';
import { contactSheet } from '../../apps/worker/src/diffusion/png/contact-sheet.ts';
import { startDiffusion } from '../../apps/worker/src/diffusion/start-diffusion.ts';
import { generateMessage, modelsAnswer } from '../../apps/worker/src/protocol/generate.ts';
import { readLines } from '../../apps/worker/src/protocol/ndjson.ts';

const MODEL = 'demo';
const SEEDS = [1, 2];
const PROMPTS = 12;
const COLUMNS = 8;
/** Pixels of a picture that make one of the sheet, along one side. */
const SHRINK = 2;
const LINE_BYTES_MAX = 64 * 1024 * 1024;
const SHEET = join(import.meta.dirname, '../../docs/contact-sheet.png');

await using service = await startDiffusion(diffusionConfig({ DIFFUSION_PORT: '0' }));
await service.untilReady();
const { models } = modelsAnswer.parse(await (await fetch(`${service.url}/models`)).json());
const model = models.find(({ id }) => id === MODEL);
if (!model) throw new Error(`there is no model "${MODEL}" in the models folder`);
const prompts = model.examples.slice(0, PROMPTS);

const pictures: Uint8Array[] = [];
for (const prompt of prompts) {
  for (const seed of SEEDS) pictures.push(await draw(prompt, seed));
  console.log(prompt);
}
writeFileSync(SHEET, contactSheet(pictures, { columns: COLUMNS, shrink: SHRINK }));
console.log(SHEET);

async function draw(prompt: string, seed: number): Promise<Uint8Array> {
  if (!model) throw new Error('no model');
  const settings = {
    ...{ prompt, negative_prompt: '', seed, sampler: model.default_sampler, steps: model.default_steps },
    ...{ cfg_scale: model.default_cfg_scale, width: model.default_width, height: model.default_height },
    ...{ batch_size: 1, n_iters: 1, model: model.id },
  };
  const response = await fetch(`${service.url}/generate`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ job_id: crypto.randomUUID(), epoch: 0, attempt: 1, settings }),
  });
  if (!response.ok || !response.body) throw new Error(`status ${response.status}: ${await response.text()}`);
  for await (const line of readLines(response.body, LINE_BYTES_MAX)) {
    const message = generateMessage.parse(JSON.parse(line));
    if (message.type === 'error') throw new Error(message.message);
    if (message.type === 'image') return Buffer.from(message.png, 'base64');
  }
  throw new Error('the stream ended without a picture');
}
