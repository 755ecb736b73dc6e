import { imageRequest } from '@darkroom/shared/schemas/generation-settings';
import type { ModelInfo } from '@darkroom/shared/schemas/model-info';
import { expect, test } from 'vitest';
import { EMPTY_DRAFT } from '../job/draft.ts';
import { errorsOf, modelOf, pictureCount, reasonsAgainst, requestOf } from './form-request.ts';

const model: ModelInfo = {
  ...{
    id: 'demo',
    title: 'Demo',
    description: null,
    digest: 'd',
    format: 'diffusers-onnx',
    default_width: 256,
    default_height: 256,
  },
  ...{
    size_multiple: 64,
    min_side: 128,
    max_side: 512,
    default_sampler: 'euler',
    samplers: ['euler'],
    default_steps: 20,
  },
  ...{ default_cfg_scale: 5, prompt_tokens: 22, examples: [], clip_skip_max: 1, vocabulary: null },
};
const dog = { ...EMPTY_DRAFT, prompt: 'a dog' };

test('an almost empty form asks for the defaults of its model and a random seed', () => {
  expect(requestOf(dog, model)).toEqual({
    generation_settings: {
      ...{
        prompt: 'a dog',
        negative_prompt: '',
        steps: 20,
        cfg_scale: 5,
        width: 256,
        height: 256,
        batch_size: 1,
        n_iters: 1,
      },
      ...{ model: 'demo', sampler_name: 'euler' },
    },
  });
});

test('what the form sends is what the API takes', () => {
  const full = {
    ...dog,
    seed: '42',
    seed_locked: true,
    cfg_scale: '7,5',
    width: ' 320 ',
    grouping: ' set ',
    n_iters: '4',
  };
  const parsed = imageRequest.parse(requestOf(full, model));
  expect(parsed.generation_settings).toMatchObject({ seed: 42, cfg_scale: 7.5, width: 320, n_iters: 4 });
  expect(parsed.metadata).toEqual({ grouping: 'set' });
});

test('every reason against sending is told at once', () => {
  const wrong = { ...EMPTY_DRAFT, width: '100', steps: 'e', batch_size: '16', n_iters: '16', seed: 'x' };
  const errors = errorsOf(wrong, model);
  expect(reasonsAgainst(wrong, errors, model, true)).toEqual([
    'Write a prompt.',
    'Width must be from 128 to 512.',
    'Steps must be a whole number.',
    'Batch size × pictures in turn may be at most 64.',
  ]);
  expect(reasonsAgainst(dog, {}, null, true)).toEqual(['No model is ready. Put one into the folder models/.']);
  expect(reasonsAgainst(dog, {}, null, false)).toEqual(['The server has not answered yet.']);
  expect(reasonsAgainst(dog, {}, model, true)).toEqual([]);
});

test('a wrong seed matters only while it is locked', () => {
  expect(errorsOf({ ...dog, seed: 'x' }, model)).toEqual({});
  expect(errorsOf({ ...dog, seed: 'x', seed_locked: true }, model)).toEqual({ seed: 'must be a whole number' });
});

test('a model that is gone gives way to the default', () => {
  expect(modelOf({ ...dog, model: 'gone' }, [model], 'demo')?.id).toBe('demo');
  expect(modelOf(dog, [], null)).toBeNull();
  expect(pictureCount({ ...dog, batch_size: '2', n_iters: '3' })).toBe(6);
  for (const batch_size of ['0', '65', '1.5', 'x', '-1']) expect(pictureCount({ ...dog, batch_size })).toBeNull();
});

test('clip skip is sent where it is asked for, and may be as deep as the model goes', () => {
  const deep = { ...model, clip_skip_max: 2 };
  expect(imageRequest.parse(requestOf({ ...dog, clip_skip: '2' }, deep)).generation_settings.clip_skip).toBe(2);
  expect(requestOf({ ...dog, clip_skip: '1' }, deep)).not.toHaveProperty('generation_settings.clip_skip');
  expect(errorsOf({ ...dog, clip_skip: '3' }, deep).clip_skip).toBe('must be from 1 to 2');
});
