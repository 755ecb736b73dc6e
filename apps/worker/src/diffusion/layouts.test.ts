import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { decode } from 'fast-png';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { FolderModelCatalog } from './models/folder-model-catalog.ts';
import type { ModelDescription } from './models/model-description.ts';
import { type LoadedModel, loadModel } from './onnx/load-model.ts';
import type { PipelineModel } from './pipeline/ports.ts';
import { renderPictures } from './pipeline/render-pictures.ts';
import { ENGINE_SAMPLERS } from './samplers/samplers.ts';
import { floats, psnr, relativeError } from './testing/compare-pictures.ts';

/** Made by training/tiny_pipelines.py: tiny random models in the layouts that people have, and what diffusers' pipelines draw with them. */
const layouts = new URL('./goldens/layouts/', import.meta.url);
/** Made by training/tiny_variants.py: parts of sd15 stored in other ways, and its picture with clip skip. */
const variants = new URL('./goldens/layout-variants/', import.meta.url);
const golden = z.object({
  deviation: z.number().min(0.1),
  wish: z.object({
    ...{ prompt: z.string(), negative_prompt: z.string(), seed: z.int(), steps: z.int(), cfg_scale: z.number() },
    ...{ sampler: z.string(), width: z.int(), height: z.int() },
    clip_skip: z.int().default(1),
  }),
});
const MODELS = fileURLToPath(new URL('models', layouts));
type Wish = z.infer<typeof golden>['wish'];

/** Each model is loaded once. */
const opened = new Map<string, Promise<{ description: ModelDescription; model: LoadedModel }>>();
afterAll(async () => {
  for (const each of opened.values()) await (await each).model.release();
});

async function load(models: string, name: string) {
  const description = await new FolderModelCatalog(models).find(name);
  return { description, model: await loadModel(description, { threads: 1, executionProvider: 'cpu' }) };
}

async function draw(name: string, wish: Wish, { batch_size = 1, models = MODELS } = {}) {
  const key = join(models, name);
  const loading = opened.get(key) ?? load(models, name);
  opened.set(key, loading);
  const { description, model } = await loading;
  const rows: number[] = [];
  const counted: PipelineModel = {
    ...model,
    denoiser: {
      ...model.denoiser,
      prepare(job) {
        const prepared = model.denoiser.prepare(job);
        return {
          input: prepared.input,
          predict(timestep) {
            rows.push(job.rows);
            return prepared.predict(timestep);
          },
        };
      },
    },
  };
  const sampler = ENGINE_SAMPLERS.get(wish.sampler);
  if (!sampler) throw new Error(`no sampler ${wish.sampler}`);
  const settings = { ...wish, schedule: 'automatic' as const, batch_size, n_iters: 1, model: name };
  const drawn: { pixels: Uint8ClampedArray; latent: Float32Array }[] = [];
  const observer = {
    progress() {},
    picture({ pixels, latent }: { pixels: Uint8ClampedArray; latent: Float32Array }) {
      drawn.push({ pixels, latent: latent.slice() });
    },
  };
  await renderPictures({ settings, description, model: counted, sampler, now: () => 0 }, observer);
  const [picture] = drawn;
  if (!picture) throw new Error('no picture');
  return { ...picture, drawn, rows };
}

describe.each(readdirSync(new URL('models', layouts)))('the layout %s', (name) => {
  const { wish } = golden.parse(JSON.parse(readFileSync(new URL(`${name}.json`, layouts), 'utf8')));
  const wanted = decode(readFileSync(new URL(`${name}.png`, layouts))).data;

  it('is drawn as by diffusers', async () => {
    const { pixels, latent } = await draw(name, wish);
    const [error, decibels] = [
      relativeError(latent, floats(new URL(`${name}-latent.f32`, layouts))),
      psnr(pixels, wanted),
    ];
    if (process.env['SHOW_PARITY']) console.log(name, 'latent', error.toExponential(2), 'PSNR', decibels.toFixed(1));
    expect(error).toBeLessThanOrEqual(1e-3);
    expect(decibels).toBeGreaterThanOrEqual(45);
  });

  it('is another picture with another seed', async () => {
    const { pixels } = await draw(name, { ...wish, seed: wish.seed - 1 });
    expect(psnr(pixels, wanted)).toBeLessThan(20);
  });
});

it.each([
  ['sd15', 5, 2],
  ['sd15', 1, 1],
  ['lcm', 8.5, 1],
])('one call of the UNet a step: %s at cfg %d gives it %d rows', async (name, cfg_scale, rows) => {
  const { wish } = golden.parse(JSON.parse(readFileSync(new URL(`${name}.json`, layouts), 'utf8')));
  const drawn = await draw(name, { ...wish, cfg_scale });
  expect(drawn.rows).toEqual(Array(wish.steps).fill(rows));
});

it.each([...ENGINE_SAMPLERS.keys()])('%s draws a picture of a batch as it draws it alone', async (sampler) => {
  const { wish } = golden.parse(JSON.parse(readFileSync(new URL('sd15.json', layouts), 'utf8')));
  const settings = { ...wish, sampler, steps: 4, seed: 7 };
  const batch = await draw('sd15', settings, { batch_size: 3 });
  expect(batch.rows.every((rows) => rows === 6)).toBe(true);
  for (const [place, { latent }] of batch.drawn.entries()) {
    const alone = await draw('sd15', { ...settings, seed: 7 + place });
    expect(relativeError(latent, alone.latent)).toBeLessThan(1e-4);
  }
  expect(relativeError(batch.latent, batch.drawn[1]?.latent ?? new Float32Array())).toBeGreaterThan(0.1);
});

it('reads both prompts at an earlier layer with clip skip, as A1111 means it', async () => {
  const { wish } = golden.parse(JSON.parse(readFileSync(new URL('clip-skip.json', variants), 'utf8')));
  expect(wish.clip_skip).toBe(2);
  const { pixels, latent } = await draw('sd15', wish);
  expect(relativeError(latent, floats(new URL('clip-skip-latent.f32', variants)))).toBeLessThanOrEqual(1e-3);
  expect(psnr(pixels, decode(readFileSync(new URL('clip-skip.png', variants))).data)).toBeGreaterThanOrEqual(45);
});

/** A copy of sd15 whose part is stored in another way. */
function stored(how: 'float32' | 'float16'): string {
  const models = mkdtempSync(join(tmpdir(), 'darkroom-variant-'));
  onTestFinished(() => rmSync(models, { recursive: true }));
  cpSync(join(MODELS, 'sd15'), join(models, 'sd15'), { recursive: true });
  cpSync(fileURLToPath(new URL(how, variants)), join(models, 'sd15'), { recursive: true });
  return models;
}

/** Float16 has 11 bits, and each layer of the UNet rounds to them, at each step. */
const HALF_ERROR_MAX = 5e-3;

it.each([
  ['float32', 'weights in float32, in a file of their own', 1e-3],
  ['float16', 'a UNet in float16 throughout', HALF_ERROR_MAX],
] as const)('draws the same from sd15 stored in %s: %s', async (how, _what, errorMax) => {
  const { wish } = golden.parse(JSON.parse(readFileSync(new URL('sd15.json', layouts), 'utf8')));
  const { latent } = await draw('sd15', wish, { models: stored(how) });
  const error = relativeError(latent, floats(new URL('sd15-latent.f32', layouts)));
  if (process.env['SHOW_PARITY']) console.log(how, 'latent', error.toExponential(2));
  expect(error).toBeLessThanOrEqual(errorMax);
  // Else it would be the other file that was read.
  if (how === 'float16') expect(error).toBeGreaterThan(1e-5);
});

it('reads an earlier layer of a text encoder whose weights lie in a file of their own', async () => {
  const { wish } = golden.parse(JSON.parse(readFileSync(new URL('clip-skip.json', variants), 'utf8')));
  const { latent } = await draw('sd15', wish, { models: stored('float32') });
  expect(relativeError(latent, floats(new URL('clip-skip-latent.f32', variants)))).toBeLessThanOrEqual(1e-3);
});

it.each(['float32', 'float16'] as const)('each step writes its result into one array: %s', async (how) => {
  const models = how === 'float16' ? stored('float16') : MODELS;
  const { model } = await load(models, 'sd15');
  onTestFinished(async () => await model.release());
  const size = { channels: 4, height: 6, width: 8 };
  const states = await model.textEncoder.encode([model.tokenizer.row([])], 1);
  const prepared = model.denoiser.prepare({ rows: 1, size, states, cfgScale: 1 });
  prepared.input.fill(0.5);
  const first = await prepared.predict(900);
  const values = first.slice();
  expect(await prepared.predict(10)).toBe(first);
  expect(relativeError(first, values)).toBeGreaterThan(1e-3);
  expect(relativeError((await prepared.predict(900)).slice(), values)).toBe(0);
});
