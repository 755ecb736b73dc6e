import { combine } from './combine.ts';
import { stepEuler } from './euler-step.ts';
import type { Sampler, SamplerInput, SamplerRun } from './sampler.ts';
import { stepsOf } from './steps-of.ts';

/**
 * Heun's method: Karras et al. 2022 (arXiv:2206.00364), algorithm 2 without churn. Two evaluations a step, one at the last;
 * second order.
 *
 * | here | paper |
 * |---|---|
 * | latent, ahead | x̂ᵢ, xᵢ₊₁ of line 5 |
 * | slope, slopeAhead | dᵢ, d′ᵢ |
 */
export const heun: Sampler = {
  id: 'heun',
  stochastic: false,
  *run({ start, schedule }: SamplerInput): SamplerRun {
    const latent = Float32Array.from(start);
    const [ahead, slope] = [new Float32Array(start.length), new Float32Array(start.length)];
    for (const { sigma, next, timestep, stepsDone } of stepsOf(schedule)) {
      const denoised = yield { latent, sigma, timestep, stepsDone };
      if (next === 0) {
        stepEuler(latent, denoised, sigma, next);
        continue;
      }
      combine(slope, [1 / sigma, latent], [-1 / sigma, denoised]);
      combine(ahead, [1, latent], [next - sigma, slope]);
      const denoisedAhead = yield { latent: ahead, sigma: next, timestep: schedule.timestepOf(next), stepsDone };
      const half = (next - sigma) / 2;
      combine(latent, [1, latent], [half, slope], [half / next, ahead], [-half / next, denoisedAhead]);
    }
    return latent;
  },
};
