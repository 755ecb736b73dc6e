import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { imageRequest } from '../schemas/generation-settings.ts';
import { LIMITS } from '../schemas/limits.ts';
import type { ModelInfo } from '../schemas/model-info.ts';
import { resolvedSettings } from '../schemas/resolved-settings.ts';
import { defaultModel, resolveRequest } from './resolve-request.ts';

const model = (id: string, more: Partial<ModelInfo> = {}): ModelInfo => ({
  ...{
    id,
    title: id,
    description: null,
    digest: 'd',
    format: 'diffusers-onnx',
    default_width: 256,
    default_height: 192,
  },
  ...{ size_multiple: 64, min_side: 128, max_side: 512, default_sampler: 'euler', samplers: ['euler'] },
  ...{
    default_steps: 30,
    default_cfg_scale: 5,
    prompt_tokens: 75,
    examples: [],
    clip_skip_max: 1,
    vocabulary: null,
    ...more,
  },
});
const MODELS = [
  model('first'),
  model('second', { size_multiple: 8, max_side: 1024, samplers: [] }),
  model('deep', { clip_skip_max: 2 }),
];
const noDraw = () => {
  throw new Error('a seed was drawn');
};
const resolve = (settings: object, draw: (maximum: number) => number = () => 7) =>
  resolveRequest(
    imageRequest.parse({ generation_settings: { prompt: 'x', ...settings } }).generation_settings,
    MODELS,
    draw,
  );
const pointers = (settings: object) => {
  const result = resolve(settings);
  return result.ok ? [] : result.errors.map(({ pointer }) => pointer.replace('/generation_settings/', ''));
};

describe('resolving a request', () => {
  test('fills in defaults: counts 1, steps 20, cfg 7, the rest from the first model', () => {
    expect(resolve({})).toEqual({
      ok: true,
      generationSettings: {
        ...{ prompt: 'x', negative_prompt: '', seed: 7, sampler_name: 'euler', batch_size: 1, n_iters: 1, steps: 20 },
        ...{ cfg_scale: 7, width: 256, height: 192, model: 'first' },
      },
      resolved: {
        ...{ seed: 7, sampler: 'euler', batch_size: 1, n_iters: 1, steps: 20, cfg_scale: 7, width: 256, height: 192 },
        ...{ schedule: 'automatic', clip_skip: 1, model: 'first' },
      },
    });
    expect(defaultModel([])).toBeUndefined();
  });

  test('keeps names as they were sent and resolves them for the engine', () => {
    const result = resolve({ sampler_name: 'K_EULER', model: 'first', seed: 5 }, noDraw);
    expect(result).toMatchObject({
      generationSettings: { sampler_name: 'K_EULER', model: 'first' },
      resolved: { sampler: 'euler', model: 'first', seed: 5 },
    });
  });

  test.each([
    [{}, 'automatic'],
    [{ sampler_name: 'Euler Karras' }, 'karras'],
    [{ sampler_name: 'Euler Karras', scheduler: 'automatic' }, 'karras'],
    [{ sampler_name: 'Euler Karras', scheduler: 'Exponential' }, 'exponential'],
    [{ scheduler: 'Automatic' }, 'automatic'],
    [{ scheduler: 'SGM Uniform' }, 'sgm_uniform'],
    [{ scheduler: 'KARRAS' }, 'karras'],
  ])('%j has the schedule %s, and echoes what was sent', (settings, schedule) => {
    const result = resolve(settings);
    expect(result).toMatchObject({ ok: true, resolved: { sampler: 'euler', schedule } });
    expect(result.ok && result.generationSettings).toMatchObject(settings);
    expect(result.ok && 'scheduler' in result.generationSettings).toBe('scheduler' in settings);
  });

  test('clip skip is echoed where it is given, and 1 where it is not; deeper than the model goes it is refused', () => {
    expect(resolve({})).toMatchObject({ resolved: { clip_skip: 1 } });
    expect(resolve({ clip_skip: '2', model: 'deep' })).toMatchObject({
      generationSettings: { clip_skip: 2 },
      resolved: { clip_skip: 2 },
    });
    expect(pointers({ clip_skip: 3, model: 'deep' })).toEqual(['clip_skip']);
    expect(pointers({ clip_skip: 2 })).toEqual(['clip_skip']);
    for (const clip_skip of [0, 13, 1.5]) expect(() => resolve({ clip_skip })).toThrow();
  });

  test('an unknown schedule is refused with those there are', () => {
    const result = resolve({ scheduler: 'xyz' });
    expect(result).toMatchObject({ ok: false, errors: [{ pointer: '/generation_settings/scheduler' }] });
    expect(JSON.stringify(result)).toContain('karras');
  });

  test('draws a seed once, such that the last picture has one too', () => {
    for (const seed of [undefined, null, -1, '-1']) {
      const maxima: number[] = [];
      resolve({ seed, n_iters: 4, batch_size: 4 }, (maximum) => {
        maxima.push(maximum);
        return maximum;
      });
      expect(maxima).toEqual([LIMITS.seedMax - 15]);
    }
    expect(resolve({ seed: '-0' }, noDraw)).toMatchObject({ resolved: { seed: 0 } });
    expect(Object.is(1 / seedOf(resolve({ seed: '-0' }, noDraw)), Number.POSITIVE_INFINITY)).toBe(true);
  });

  test.each([
    [{ model: 'third' }, ['model']],
    [{ model: 'FIRST' }, ['model']],
    [{ model: 'second' }, ['sampler_name']],
    [{ sampler_name: 'nope' }, ['sampler_name']],
    [{ width: 200 }, ['width']],
    [{ width: 64, height: 1024 }, ['width', 'height']],
    [{ batch_size: 16, n_iters: 4 }, []],
    [{ batch_size: 13, n_iters: 5 }, ['batch_size', 'n_iters']],
    [{ seed: LIMITS.seedMax, n_iters: 1 }, []],
    [{ seed: LIMITS.seedMax, n_iters: 2 }, ['seed']],
    [{ model: 'x', seed: LIMITS.seedMax, n_iters: 65 - 1, batch_size: 2 }, ['batch_size', 'n_iters', 'seed', 'model']],
  ])('of %j it refuses %j', (settings, expected) => {
    expect(pointers(settings)).toEqual(expected);
  });

  test('without any model it names none', () => {
    const result = resolveRequest({ prompt: 'x' }, [], noDraw);
    expect(result.ok ? '' : result.errors[0]?.detail).toContain('none yet');
  });

  test('whatever is accepted is something an engine can be told', () => {
    const sides = fc.integer({ min: 2, max: 40 }).map((times) => times * 32);
    const settings = fc.record(
      {
        ...{ seed: fc.oneof(fc.maxSafeNat(), fc.constant(null), fc.constant(-1)), width: sides, height: sides },
        ...{ batch_size: fc.integer({ min: 1, max: 16 }), n_iters: fc.integer({ min: 1, max: 64 }) },
        ...{ steps: fc.integer({ min: 1, max: 150 }), cfg_scale: fc.double({ min: 0, max: 100, noNaN: true }) },
        model: fc.constantFrom('first', 'second', 'third'),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(settings, fc.maxSafeNat(), (given, random) => {
        const result = resolve(given, (maximum) => Math.min(random, maximum));
        if (!result.ok) {
          expect(result.errors).not.toEqual([]);
          return;
        }
        const { resolved } = result;
        resolvedSettings.omit({ prompt: true, negative_prompt: true }).parse(resolved);
        expect(resolved.seed + resolved.batch_size * resolved.n_iters - 1).toBeLessThanOrEqual(LIMITS.seedMax);
        expect(JSON.parse(JSON.stringify(result.generationSettings))).toEqual(result.generationSettings);
      }),
    );
  });
});

function seedOf(result: ReturnType<typeof resolve>): number {
  return result.ok ? result.resolved.seed : Number.NaN;
}

test('a model that is put beside the built-in one does not become the default by its name', () => {
  expect(defaultModel([model('aaa'), model('demo'), model('zzz')])?.id).toBe('demo');
  expect(defaultModel([model('aaa'), model('zzz')])?.id).toBe('aaa');
});

test('with an unknown model the sampler is judged all the same', () => {
  expect(pointers({ model: 'nothing', sampler_name: 'nothing' })).toEqual(['model', 'sampler_name']);
});
