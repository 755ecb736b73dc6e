import { appendFileSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isDarkroomError } from '@darkroom/shared/errors/darkroom-error';
import { describe, expect, it } from 'vitest';
import { temporaryModels } from '../fixtures/temporary-models.ts';
import { FolderModelCatalog } from './folder-model-catalog.ts';
import type { ModelFile } from './model-digest.ts';

const shipped = fileURLToPath(new URL('../../../../../models', import.meta.url));

describe('models folder', () => {
  it('describes the built-in model from its own configs', async () => {
    const model = await new FolderModelCatalog(shipped).find('demo');
    expect(model).toMatchObject({
      ...{ vaeScaleFactor: 16, latentChannels: 8, latentScale: 0.7398073959150211, sequenceLength: 77 },
      info: { default_width: 256, size_multiple: 64, prompt_tokens: 75, format: 'diffusers-onnx' },
      scheduler: { prediction_type: 'v_prediction', timestep_spacing: 'trailing' },
    });
    expect(model.info.digest).toMatch(/^[0-9a-f]{64}$/);
    expect(model.preview?.matrix).toHaveLength(9);
  });

  it('describes an AutoencoderKL model, defaults filled in', async () => {
    using models = temporaryModels();
    models.addTiny('tiny');
    expect(await new FolderModelCatalog(models.root).find('tiny')).toMatchObject({
      ...{ vaeScaleFactor: 8, latentChannels: 4, latentScale: 0.18215, latentShift: 0, sequenceLength: 8 },
      info: { title: 'tiny', default_width: 64, default_height: 64, size_multiple: 16, min_side: 64, max_side: 2048 },
      scheduler: { prediction_type: 'epsilon', timestep_spacing: 'leading', steps_offset: 1 },
    });
  });

  it('sees what is dropped in, changed and taken away, without a restart', async () => {
    using models = temporaryModels();
    const catalog = new FolderModelCatalog(models.root);
    expect(await catalog.list()).toEqual({ models: [], unusable: [] });
    const folder = models.addTiny('b');
    models.addTiny('a');
    const first = (await catalog.list()).models;
    expect(first.map(({ info }) => info.id)).toEqual(['a', 'b']);
    expect(first[0]?.info.digest).toBe(first[1]?.info.digest);

    appendFileSync(join(folder, 'unet/weights.bin'), 'x');
    expect((await catalog.find('b')).info.digest).not.toBe(first[1]?.info.digest);
    renameSync(folder, join(models.root, 'c'));
    expect((await catalog.list()).models.map(({ info }) => info.id)).toEqual(['a', 'c']);
  });

  it('takes any folder name as it is', async () => {
    using models = temporaryModels('mödel s (1)');
    const names = ['[brackets] & (more)', 'emoji 😀', 'quote"\'', 'テスト', '100%25', '-dash', '__proto__'];
    for (const name of names) models.addTiny(name);
    const listed = (await new FolderModelCatalog(models.root).list()).models.map(({ info }) => info.id);
    expect(listed.toSorted()).toEqual(names.toSorted());
  });

  it('gives up reading a model that changes meanwhile, and reads it as it is then', async () => {
    using models = temporaryModels();
    const folder = models.addTiny('tiny');
    const begun = Promise.withResolvers<void>();
    let calls = 0;
    const digests = {
      async of(_folder: string, _files: readonly ModelFile[], { signal }: { signal?: AbortSignal | undefined } = {}) {
        calls += 1;
        if (calls > 1) return 'the digest';
        begun.resolve();
        return await new Promise<string>((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)));
      },
    };
    const catalog = new FolderModelCatalog(models.root, digests);
    const first = expect(catalog.find('tiny')).rejects.toThrow(/its files are changing/);
    await begun.promise;
    appendFileSync(join(folder, 'unet/weights.bin'), 'x');
    expect((await catalog.find('tiny')).info.digest).toBe('the digest');
    await first;
  });

  it('keeps its digest when only what cannot change a picture changes', async () => {
    using models = temporaryModels();
    const folder = models.addTiny('tiny');
    const catalog = new FolderModelCatalog(models.root);
    const { digest } = (await catalog.find('tiny')).info;
    writeFileSync(join(folder, 'README.md'), 'a card');
    writeFileSync(join(folder, 'darkroom.json'), '{"title":"Tiny"}');
    expect((await catalog.find('tiny')).info).toMatchObject({ digest, title: 'Tiny' });
  });

  it.each([
    ['text_encoder/model.onnx', null],
    ['tokenizer/merges.txt', null],
    ['unet/config.json', null],
    ['unet/config.json', '{"in_channels":9,"down_block_types":["DownBlock2D"]}'],
    ['vae_decoder/config.json', '{'],
    ['vae_decoder/config.json', '{"latent_channels":4}'],
    ['scheduler/scheduler_config.json', '{"beta_schedule":"sigmoid"}'],
    ['darkroom.json', '{"examples":"a dog"}'],
    ['darkroom.json', '{"defaults":{"width":100}}'],
    ['darkroom.json', '{"defaults":{"sampler":"no such"}}'],
  ])('says which file makes a model unusable: %s with %j', async (file, content) => {
    using models = temporaryModels();
    const folder = models.addTiny('tiny');
    if (content === null) rmSync(join(folder, file));
    else writeFileSync(join(folder, file), content);
    const { unusable, models: listed } = await new FolderModelCatalog(models.root).list();
    expect(listed).toEqual([]);
    expect(unusable).toEqual([{ id: 'tiny', reason: expect.stringContaining(file) }]);
  });

  it('finds nothing outside its folder', async () => {
    using models = temporaryModels();
    mkdirSync(join(models.root, 'inner'));
    models.addTiny('inner/model');
    const catalog = new FolderModelCatalog(models.root);
    for (const id of ['inner/model', '..', '.', '', '/', 'no model']) {
      await expect(catalog.find(id)).rejects.toSatisfy((error) => isDarkroomError(error, 'MODEL_UNAVAILABLE'));
    }
  });

  it('says why a folder that is not there cannot be read', async () => {
    const catalog = new FolderModelCatalog('/no/such/folder');
    expect(await catalog.problem()).toMatch(/\/no\/such\/folder cannot be read \(ENOENT\)/);
    await expect(catalog.list()).rejects.toSatisfy((error) => isDarkroomError(error, 'NOT_READY'));
    await expect(catalog.find('demo')).rejects.toSatisfy((error) => isDarkroomError(error, 'NOT_READY'));
  });
});
