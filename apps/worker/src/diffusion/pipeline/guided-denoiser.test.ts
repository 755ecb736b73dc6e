import { describe, expect, it } from 'vitest';
import type { PredictionType } from '../schedule/scheduler-config.ts';
import { GuidedDenoiser } from './guided-denoiser.ts';

/** Data of one value z and noise e: x = z + σ e. What a perfect model of each kind answers for it. */
const [data, noise, sigma] = [0.75, -1.25, 3];
const [signal, spread] = [1 / Math.sqrt(sigma ** 2 + 1), sigma / Math.sqrt(sigma ** 2 + 1)];
const ANSWERS: Record<PredictionType, number> = {
  epsilon: noise,
  v_prediction: signal * noise - spread * data,
  sample: data,
};

describe('guided denoiser', () => {
  it.each(Object.entries(ANSWERS) as [PredictionType, number][])(
    'finds the data in a perfect %s answer',
    async (prediction, answer) => {
      const model = { input: new Float32Array(1), predict: async () => Float32Array.of(answer) };
      const denoiser = new GuidedDenoiser(model, { prediction, cfgScale: null, latentLength: 1 });
      const latent = Float32Array.of(data + sigma * noise);
      expect((await denoiser.denoise({ latent, sigma, timestep: 1, stepsDone: 0 }))[0]).toBeCloseTo(data, 5);
      expect(model.input[0]).toBeCloseTo(signal * data + spread * noise, 5);
    },
  );

  it('goes from the negative answer towards the positive one, and beyond', async () => {
    const model = { input: new Float32Array(2), predict: async () => Float32Array.of(1, 3) };
    const denoiser = new GuidedDenoiser(model, { prediction: 'sample', cfgScale: 7, latentLength: 1 });
    const found = await denoiser.denoise({ latent: Float32Array.of(5), sigma: 1, timestep: 1, stepsDone: 0 });
    expect(found[0]).toBeCloseTo(1 + 7 * 2, 5);
    expect(model.input[1]).toBe(model.input[0]);
  });
});
