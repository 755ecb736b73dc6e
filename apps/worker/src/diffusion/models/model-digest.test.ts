import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryModels } from '../fixtures/temporary-models.ts';
import { ModelDigests, type ModelFile } from './model-digest.ts';

const files: ModelFile[] = ['unet/weights.bin', 'model_index.json'].map((name) => ({ name, size: 64, modifiedMs: 1 }));

it('a digest depends on names and bytes, not on order or place', async () => {
  using models = temporaryModels();
  const [one, two] = [models.addTiny('one'), models.addTiny('two')];
  const digest = await new ModelDigests().of(one, files);
  expect(await new ModelDigests().of(two, files.toReversed())).toBe(digest);
  writeFileSync(join(two, 'unet/weights.bin'), 'other');
  expect(await new ModelDigests().of(two, files)).not.toBe(digest);
});

it('a file is read once as long as its size and time stand', async () => {
  using models = temporaryModels();
  const folder = models.addTiny('tiny');
  const digests = new ModelDigests();
  const digest = await digests.of(folder, files);
  writeFileSync(join(folder, 'unet/weights.bin'), 'other');
  expect(await digests.of(folder, files)).toBe(digest);
  expect(
    await digests.of(
      folder,
      files.map((file) => ({ ...file, modifiedMs: 2 })),
    ),
  ).not.toBe(digest);
});

it('reading stops when it is aborted', async () => {
  using models = temporaryModels();
  await expect(new ModelDigests().of(models.addTiny('tiny'), files, { signal: AbortSignal.abort() })).rejects.toThrow();
});
