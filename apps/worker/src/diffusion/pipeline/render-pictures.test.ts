import type { ResolvedSettings } from '@darkroom/shared/schemas/resolved-settings';
import { describe, expect, it } from 'vitest';
import { FakeModelCatalog } from '../fake/fake-model-catalog.ts';
import { fakeModels } from '../fake/fake-models.ts';
import { euler } from '../samplers/euler.ts';
import { type RenderObserver, type RenderProgress, renderPictures } from './render-pictures.ts';
import { toyModel } from './toy-model.ts';

type DrawnPicture = Parameters<RenderObserver['picture']>[0];

const SCALE = 8;
const catalog = new FakeModelCatalog(fakeModels.parse([{}]));
const base: ResolvedSettings = {
  ...{
    prompt: 'dog',
    negative_prompt: 'x',
    seed: 7,
    sampler: 'euler',
    schedule: 'automatic',
    clip_skip: 1,
    steps: 4,
    cfg_scale: 3,
  },
  ...{ width: 64, height: 128, batch_size: 1, n_iters: 1, model: 'demo' },
};

async function render(
  change: Partial<ResolvedSettings>,
  options: { model?: ReturnType<typeof toyModel>; signal?: AbortSignal; onStep?: () => void } = {},
) {
  const model = options.model ?? toyModel(SCALE);
  const progress: Omit<RenderProgress, 'denoised'>[] = [];
  const pictures: { index: number; seed: number; pixels: number[]; latent: number[] }[] = [];
  const input = {
    settings: { ...base, ...change },
    description: await catalog.find('demo'),
    model,
    sampler: euler,
    now: () => 0,
  };
  const observer = {
    progress({ denoised: _, ...each }: RenderProgress) {
      progress.push(each);
      if (each.phase === 'denoising') options.onStep?.();
    },
    picture: ({ index, seed, pixels, latent }: DrawnPicture) => {
      pictures.push({ index, seed, pixels: [...pixels], latent: [...latent] });
    },
  };
  const summary = await renderPictures(input, observer, { signal: options.signal });
  return { model, progress, pictures, summary };
}

describe('rendering', () => {
  it('reports steps that rise and end at the total, over all iterations', async () => {
    const { progress } = await render({ steps: 3, n_iters: 2, batch_size: 2 });
    const steps = progress.map((each) => each.step);
    expect(steps).toEqual(steps.toSorted((a, b) => a - b));
    expect(steps.at(-1)).toBe(6);
    expect(progress.filter((each) => each.phase === 'denoising').map((each) => each.step)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(progress.at(-1)?.pictures).toBe(4);
  });

  it('asks the model once a step for the whole batch, negative and positive together', async () => {
    const { model } = await render({ steps: 5, batch_size: 3 });
    expect(model.calls.map((call) => call.rows)).toEqual([6, 6, 6, 6, 6]);
  });

  it('asks for single rows when guidance is off', async () => {
    const { model } = await render({ cfg_scale: 1, batch_size: 2 });
    expect(model.calls.every((call) => call.rows === 2)).toBe(true);
  });

  it('draws picture i as the single picture of seed + i, whatever the batch', async () => {
    const { pictures } = await render({ batch_size: 3, n_iters: 2 });
    expect(pictures.map(({ index, seed }) => [index, seed])).toEqual([0, 1, 2, 3, 4, 5].map((i) => [i, 7 + i]));
    for (const { seed, pixels } of pictures) {
      const [single] = (await render({ seed })).pictures;
      expect(pixels).toEqual(single?.pixels);
    }
    expect(pictures[0]?.latent).not.toEqual(pictures[1]?.latent);
  });

  it('depends on prompt, negative prompt and guidance', async () => {
    const [one] = (await render({})).pictures;
    for (const change of [
      { prompt: 'cat' },
      { negative_prompt: 'y' },
      { cfg_scale: 4 },
      { cfg_scale: 1 },
      { steps: 5 },
    ]) {
      expect((await render(change)).pictures[0]?.latent).not.toEqual(one?.latent);
    }
  });

  it.each([1, 2, 3, 5, 8, 11, 14, 100])('runs exactly %i steps and stays finite', async (steps) => {
    const { model, pictures } = await render({ steps });
    expect(model.calls).toHaveLength(steps);
    expect(new Set(pictures[0]?.pixels).size).toBeGreaterThan(1);
  });

  it('stops between steps when it is aborted, and keeps no picture', async () => {
    const abort = new AbortController();
    const model = toyModel(SCALE);
    const reason = new Error('enough');
    const rendering = render(
      { steps: 50 },
      { model, signal: abort.signal, onStep: () => model.calls.length === 3 && abort.abort(reason) },
    );
    await expect(rendering).rejects.toBe(reason);
    expect(model.calls).toHaveLength(3);
  });

  it.each(['denoiser', 'decoder'] as const)(
    'fails with a code when the %s gives values that are no numbers',
    async (part) => {
      const model = toyModel(SCALE);
      if (part === 'decoder')
        model.decoder.decode = async (_, size) =>
          new Float32Array(3 * size.height * size.width * SCALE ** 2).fill(Number.NaN);
      else
        model.denoiser.prepare = ({ rows, size }) => {
          const values = new Float32Array(rows * size.channels * size.height * size.width);
          return { input: values, predict: async () => values.fill(Number.POSITIVE_INFINITY, 3, 4) };
        };
      await expect(render({ cfg_scale: 1 }, { model })).rejects.toMatchObject({
        code: 'NON_FINITE_OUTPUT',
        context: { part: `the ${part}` },
      });
    },
  );

  it('reads long prompts in chunks, the shorter one filled up', async () => {
    for (const prompts of [
      { prompt: 'elephants', negative_prompt: 'x' },
      { prompt: 'x', negative_prompt: 'elephants' },
    ]) {
      const { model, summary } = await render({ ...prompts, steps: 1, batch_size: 2 });
      expect(model.calls).toMatchObject([{ rows: 4, statesEach: 3 }]);
      expect(summary.warnings).toEqual([]);
    }
  });

  it('tells how much of which prompt was cut, where the model takes no more', async () => {
    const model = toyModel(SCALE, 6);
    const { summary } = await render({ prompt: 'elephant', negative_prompt: 'horse' }, { model });
    expect(summary.warnings).toEqual([
      { field: 'prompt', tokensCut: 4, tokensMax: 4 },
      { field: 'negative_prompt', tokensCut: 1, tokensMax: 4 },
    ]);
  });
});
