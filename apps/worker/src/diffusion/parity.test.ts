import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { decode } from 'fast-png';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { FolderModelCatalog } from './models/folder-model-catalog.ts';
import type { ModelDescription } from './models/model-description.ts';
import { TorchNormal } from './noise/torch-normal.ts';
import { type LoadedModel, loadModel } from './onnx/load-model.ts';
import { renderPictures } from './pipeline/render-pictures.ts';
import { euler } from './samplers/euler.ts';
import { floats, psnr, relativeError } from './testing/compare-pictures.ts';

const goldens = new URL('./goldens/parity/', import.meta.url);
const manifest = z
  .object({
    cases: z.array(
      z.object({
        ...{ name: z.string(), prompt: z.string(), negative_prompt: z.string(), seed: z.int(), steps: z.int() },
        ...{ cfg_scale: z.number(), width: z.int(), height: z.int(), deviation: z.number().min(0.1) },
      }),
    ),
  })
  .parse(JSON.parse(readFileSync(new URL('manifest.json', goldens), 'utf8')));

/** What people see as the same picture; float32 in another order of sums is far above (about 100 dB before rounding). */
const PSNR_MIN = 45;
const LATENT_ERROR_MAX = 1e-3;
/** What people see as another picture. */
const OTHER_PSNR_MAX = 20;

let model: LoadedModel;
let description: ModelDescription;
beforeAll(async () => {
  const catalog = new FolderModelCatalog(fileURLToPath(new URL('../../../../models', import.meta.url)));
  description = await catalog.find('demo');
  model = await loadModel(description, { threads: 2, executionProvider: 'cpu' });
});
afterAll(async () => await model.release());

type Case = (typeof manifest.cases)[number];

async function draw({ name: _name, deviation: _deviation, ...given }: Case) {
  const settings = {
    ...given,
    sampler: 'euler',
    schedule: 'automatic' as const,
    clip_skip: 1,
    batch_size: 1,
    n_iters: 1,
    model: 'demo',
  };
  const drawn: { pixels: Uint8ClampedArray; latent: Float32Array }[] = [];
  const observer = {
    progress() {},
    picture: ({ pixels, latent }: { pixels: Uint8ClampedArray; latent: Float32Array }) =>
      drawn.push({ pixels, latent: latent.slice() }),
  };
  await renderPictures({ settings, description, model, sampler: euler, now: () => 0 }, observer);
  const [picture] = drawn;
  if (!picture) throw new Error('no picture');
  return picture;
}

describe.each(manifest.cases)('"$prompt" of seed $seed in $steps steps', (given) => {
  const wanted = decode(readFileSync(new URL(`${given.name}.png`, goldens)));

  it('starts from the noise of PyTorch', () => {
    const noise = floats(new URL(`${given.name}-noise.f32`, goldens));
    expect(relativeError(new TorchNormal(given.seed).next(noise.length), noise)).toBeLessThan(1e-6);
  });

  it('is the picture that PyTorch draws from the same weights', async () => {
    const { pixels, latent } = await draw(given);
    const [error, decibels] = [
      relativeError(latent, floats(new URL(`${given.name}-latent.f32`, goldens))),
      psnr(pixels, wanted.data),
    ];
    if (process.env['SHOW_PARITY'])
      console.log(given.name, 'latent', error.toExponential(2), 'PSNR', decibels.toFixed(1));
    expect(error).toBeLessThanOrEqual(LATENT_ERROR_MAX);
    expect(decibels).toBeGreaterThanOrEqual(PSNR_MIN);
  });

  it('is another picture with another seed', async () => {
    const { pixels } = await draw({ ...given, seed: given.seed === 0 ? 1 : given.seed - 1 });
    expect(psnr(pixels, wanted.data)).toBeLessThan(OTHER_PSNR_MAX);
  });
});
