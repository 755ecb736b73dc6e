import { ancestralStep } from './ancestral-step.ts';
import { combine } from './combine.ts';
import { stepEuler } from './euler-step.ts';
import type { Sampler, SamplerInput, SamplerRun } from './sampler.ts';
import { stepsOf } from './steps-of.ts';

/**
 * DPM-Solver++ for the diffusion SDE, single step, r = ½: k-diffusion's `sample_dpmpp_sde`, η = 1. Two evaluations a step, one at the
 * last. The noise of the half step and that of the whole one are increments of one Brownian motion over σ, so the first is a part of
 * the second: the whole one is made of two draws, weighed by the lengths of their intervals.
 */
export const dpmppSde: Sampler = {
  id: 'dpmpp_sde',
  stochastic: true,
  *run({ start, schedule, noise }: SamplerInput): SamplerRun {
    const latent = Float32Array.from(start);
    const [middle, first] = [new Float32Array(start.length), new Float32Array(start.length)];
    for (const { sigma, next, timestep, stepsDone } of stepsOf(schedule)) {
      const denoised = yield { latent, sigma, timestep, stepsDone };
      if (next === 0) {
        stepEuler(latent, denoised, sigma, next);
        continue;
      }
      const sigmaMiddle = Math.sqrt(sigma * next);
      first.set(noise());
      const half = ancestralStep(sigma, sigmaMiddle);
      const keep = half.down / sigma;
      combine(middle, [keep, latent], [1 - keep, denoised], [half.up, first]);
      const timestepMiddle = schedule.timestepOf(sigmaMiddle);
      const denoisedMiddle = yield { latent: middle, sigma: sigmaMiddle, timestep: timestepMiddle, stepsDone };
      const whole = ancestralStep(sigma, next);
      const share = (sigma - sigmaMiddle) / (sigma - next);
      combine(
        latent,
        [whole.down / sigma, latent],
        [1 - whole.down / sigma, denoisedMiddle],
        [whole.up * Math.sqrt(share), first],
        [whole.up * Math.sqrt(1 - share), noise()],
      );
    }
    return latent;
  },
};
