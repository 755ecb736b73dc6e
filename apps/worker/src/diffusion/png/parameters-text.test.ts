import type { ResolvedSettings } from '@darkroom/shared/schemas/resolved-settings';
import { describe, expect, it } from 'vitest';
import { parametersText, pictureTexts } from './parameters-text.ts';

const settings: ResolvedSettings = {
  ...{
    prompt: 'a dog',
    negative_prompt: '',
    seed: 7,
    sampler: 'euler',
    schedule: 'automatic',
    clip_skip: 1,
    steps: 20,
    cfg_scale: 7,
  },
  ...{ width: 256, height: 320, batch_size: 2, n_iters: 1, model: 'demo' },
};
const facts = { settings, seed: 8, index: 1, modelDigest: '0123456789abcdef', engine: 'onnxruntime 1.30.0' };

describe('parameters text', () => {
  it("is prompt and settings line as A1111 writes them, with the picture's own seed", () => {
    expect(parametersText(facts)).toBe(
      'a dog\nSteps: 20, Sampler: Euler, CFG scale: 7, Seed: 8, Size: 256x320, Model hash: 0123456789, Model: demo, Version: Darkroom',
    );
  });

  it('names the negative prompt only where there is one, and keeps line breaks', () => {
    const given = { ...settings, prompt: 'a dog\n\non grass', negative_prompt: 'blurry\nugly' };
    expect(parametersText({ ...facts, settings: given })).toMatch(
      /^a dog\n\non grass\nNegative prompt: blurry\nugly\nSteps: 20, /,
    );
  });

  it("names the schedule where it is not the model's own", () => {
    const given = { ...settings, sampler: 'dpmpp_2m', schedule: 'karras' } as const;
    expect(parametersText({ ...facts, settings: given })).toContain('Sampler: DPM++ 2M, Schedule type: Karras, CFG');
  });

  it('names the layer of the text encoder where it is not the last, as A1111\'s "Clip skip"', () => {
    expect(parametersText(facts)).not.toContain('Clip skip');
    const given = { ...settings, clip_skip: 2 };
    expect(parametersText({ ...facts, settings: given })).toContain('Model: demo, Clip skip: 2, Version: Darkroom');
  });

  it('quotes a model name that a reader would take apart', () => {
    const given = { ...settings, model: 'a, "b": c' };
    expect(parametersText({ ...facts, settings: given })).toContain('Model: "a, \\"b\\": c", Version');
  });

  it('stands beside every resolved setting as JSON', () => {
    const own = pictureTexts(facts).find(({ keyword }) => keyword === 'darkroom');
    expect(JSON.parse(own?.text ?? '')).toMatchObject({ settings, seed: 8, index: 1, model_digest: facts.modelDigest });
  });
});
