import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { decode } from 'fast-png';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { FolderModelCatalog } from './models/folder-model-catalog.ts';
import { loadModel } from './onnx/load-model.ts';
import type { PipelineModel } from './pipeline/ports.ts';
import { renderPictures } from './pipeline/render-pictures.ts';
import { ENGINE_SAMPLERS } from './samplers/samplers.ts';
import { floats, psnr, relativeError } from './testing/compare-pictures.ts';

/** Made by training/tiny_pipelines.py: tiny random models in the layouts that people have, and what diffusers' pipelines draw with them. */
const layouts = new URL('./goldens/layouts/', import.meta.url);
const golden = z.object({
  deviation: z.number().min(0.1),
  wish: z.object({
    ...{ prompt: z.string(), negative_prompt: z.string(), seed: z.int(), steps: z.int(), cfg_scale: z.number() },
    ...{ sampler: z.string(), width: z.int(), height: z.int() },
  }),
});
const catalog = new FolderModelCatalog(fileURLToPath(new URL('models', layouts)));
type Wish = z.infer<typeof golden>['wish'];

async function draw(name: string, wish: Wish, batch_size = 1) {
  const description = await catalog.find(name);
  const model = await loadModel(description, { threads: 1, executionProvider: 'cpu' });
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
  try {
    await renderPictures({ settings, description, model: counted, sampler, now: () => 0 }, observer);
  } finally {
    await model.release();
  }
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
  const batch = await draw('sd15', settings, 3);
  expect(batch.rows.every((rows) => rows === 6)).toBe(true);
  for (const [place, { latent }] of batch.drawn.entries()) {
    const alone = await draw('sd15', { ...settings, seed: 7 + place });
    expect(relativeError(latent, alone.latent)).toBeLessThan(1e-4);
  }
  expect(relativeError(batch.latent, batch.drawn[1]?.latent ?? new Float32Array())).toBeGreaterThan(0.1);
});
