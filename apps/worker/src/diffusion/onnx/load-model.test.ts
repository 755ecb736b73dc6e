import { readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type DarkroomError, isDarkroomError } from '@darkroom/shared/errors/darkroom-error';
import { describe, expect, it } from 'vitest';
import { temporaryModels } from '../fixtures/temporary-models.ts';
import { FolderModelCatalog } from '../models/folder-model-catalog.ts';
import { renderPictures } from '../pipeline/render-pictures.ts';
import { euler } from '../samplers/euler.ts';
import { loadModel } from './load-model.ts';
import { hasProviderLibrary } from './provider-library.ts';

const base = {
  ...{
    prompt: 'a dog',
    negative_prompt: '',
    seed: 5,
    sampler: 'euler',
    schedule: 'automatic' as const,
    clip_skip: 1,
    steps: 4,
    cfg_scale: 3,
  },
  ...{ width: 80, height: 64, batch_size: 2, n_iters: 1, model: 'tiny' },
};

async function draw(
  root: string,
  change: Partial<typeof base> = {},
): Promise<{ pixels: Uint8ClampedArray[]; latents: Float32Array[] }> {
  const description = await new FolderModelCatalog(root).find('tiny');
  const model = await loadModel(description, { threads: 1, executionProvider: 'cpu' });
  const pixels: Uint8ClampedArray[] = [];
  const latents: Float32Array[] = [];
  try {
    const observer = {
      progress() {},
      picture(picture: { pixels: Uint8ClampedArray; latent: Float32Array }) {
        pixels.push(picture.pixels);
        latents.push(picture.latent.slice());
      },
    };
    await renderPictures(
      { settings: { ...base, ...change }, description, model, sampler: euler, now: () => 0 },
      observer,
    );
  } finally {
    await model.release();
  }
  return { pixels, latents };
}

async function failureOf(root: string): Promise<DarkroomError> {
  const error: unknown = await draw(root).then(
    () => new Error('it was drawn'),
    (reason: unknown) => reason,
  );
  if (!isDarkroomError(error)) throw error;
  return error;
}

describe('a model on onnxruntime', () => {
  it('draws with float16 graphs, 32-bit ids and a timestep a row, each picture by its own seed', async () => {
    using models = temporaryModels();
    models.addTiny('tiny');
    const [batch, single] = [await draw(models.root), await draw(models.root, { batch_size: 1, seed: 6 })];
    expect(batch.pixels[0]).toHaveLength(80 * 64 * 3);
    expect(batch.pixels[1]).toEqual(single.pixels[0]);
    expect(batch.pixels[0]).not.toEqual(batch.pixels[1]);
    expect((await draw(models.root, { prompt: 'a cat' })).latents[0]).not.toEqual(batch.latents[0]);
  });

  it('finds weights in files beside the graphs, whatever the path and the working directory', async () => {
    using plain = temporaryModels();
    using odd = temporaryModels('mödel s (1) [x]');
    plain.addTiny('tiny');
    odd.addTiny('tiny');
    expect((await draw(odd.root)).pixels).toEqual((await draw(plain.root)).pixels);
  });

  it.each(['text_encoder', 'unet', 'vae_decoder'])(
    'names the weights of the %s that are cut by one byte',
    async (part) => {
      using models = temporaryModels();
      const file = join(models.addTiny('tiny'), part, 'weights.bin');
      const { length } = readFileSync(file);
      truncateSync(file, length - 1);
      const error = await failureOf(models.root);
      expect(error).toMatchObject({
        code: 'MODEL_UNAVAILABLE',
        context: { file: `${part}/weights.bin`, found_bytes: length - 1 },
      });
      expect(error.message).toContain(`${part}/weights.bin`);
    },
  );

  it('names weights that are missing', async () => {
    using models = temporaryModels();
    rmSync(join(models.addTiny('tiny'), 'unet/weights.bin'));
    expect(await failureOf(models.root)).toMatchObject({
      code: 'MODEL_UNAVAILABLE',
      context: { file: 'unet/weights.bin' },
    });
  });

  it.each(['', 'not a graph', '\u0008\u0007'])('names a graph that is none: %j', async (content) => {
    using models = temporaryModels();
    writeFileSync(join(models.addTiny('tiny'), 'vae_decoder/model.onnx'), content);
    const error = await failureOf(models.root);
    expect(error).toMatchObject({ code: 'MODEL_UNAVAILABLE', context: { file: 'vae_decoder/model.onnx' } });
    expect(error.message).not.toContain(models.root);
  });

  it.each(['tokenizer/vocab.json', 'tokenizer/tokenizer_config.json'])('names a broken %s', async (file) => {
    using models = temporaryModels();
    writeFileSync(join(models.addTiny('tiny'), file), '[');
    expect(await failureOf(models.root)).toMatchObject({ code: 'MODEL_UNAVAILABLE', context: { file } });
  });

  it.each(['unet', 'vae_decoder'])('gives no picture when a weight of the %s is infinite', async (part) => {
    using models = temporaryModels();
    const file = join(models.addTiny('tiny'), part, 'weights.bin');
    const weights = readFileSync(file);
    weights.writeUInt16LE(0x7c00, 0); // infinity as float16
    writeFileSync(file, weights);
    expect((await failureOf(models.root)).code).toBe('NON_FINITE_OUTPUT');
  });

  it('names the tensor of a graph that does not fit its configs', async () => {
    using models = temporaryModels();
    const folder = models.addTiny('tiny');
    for (const [part, name] of [
      ['unet', 'in_channels'],
      ['vae_decoder', 'latent_channels'],
    ] as const) {
      const file = join(folder, part, 'config.json');
      writeFileSync(file, readFileSync(file, 'utf8').replace(`"${name}": 4`, `"${name}": 16`));
    }
    expect(await failureOf(models.root)).toMatchObject({
      code: 'MODEL_UNAVAILABLE',
      context: { file: 'unet/model.onnx', tensor: 'sample', expected: '16 channels' },
    });
  });

  it('refuses a clip skip that its text encoder cannot do, and says what to do', async () => {
    using models = temporaryModels();
    models.addTiny('tiny');
    const error: unknown = await draw(models.root, { clip_skip: 2 }).catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      code: 'SETTINGS_REFUSED',
      message: expect.stringMatching(/clip_skip 2 cannot be had, .*; leave clip_skip out, or at 1$/),
    });
  });

  it.skipIf(hasProviderLibrary('cuda')).each([
    ['cuda', /^CUDA cannot be used on this worker: .* needs .*cuDNN 9, .*or set DIFFUSION_EXECUTION_PROVIDER/],
    ['tensorrt', /^TensorRT cannot be used on this worker: .*TensorRT 10, /],
  ] as const)(
    'says that %s cannot be used, and what to do; the model is not to blame',
    async (executionProvider, words) => {
      using models = temporaryModels();
      models.addTiny('tiny');
      const description = await new FolderModelCatalog(models.root).find('tiny');
      await expect(loadModel(description, { threads: 1, executionProvider })).rejects.toMatchObject({
        code: 'NOT_READY',
        message: expect.stringMatching(words),
      });
    },
  );

  it('encodes a prompt once', async () => {
    using models = temporaryModels();
    models.addTiny('tiny');
    const description = await new FolderModelCatalog(models.root).find('tiny');
    const model = await loadModel(description, { threads: 1, executionProvider: 'cpu' });
    const row = model.tokenizer.row(model.tokenizer.encode('a dog'));
    const states = await model.textEncoder.encode([row, row], 1);
    const spent = model.inferenceMs();
    expect(spent).toBeGreaterThan(0);
    expect(await model.textEncoder.encode([row, row], 1)).toEqual(states);
    expect(model.inferenceMs()).toBe(spent);
    await model.release();
  });
});
