import { ancestralStep } from './ancestral-step.ts';
import { combine } from './combine.ts';
import { stepEuler } from './euler-step.ts';
import type { Sampler, SamplerInput, SamplerRun } from './sampler.ts';
import { stepsOf } from './steps-of.ts';

/**
 * DPM-Solver++(2S) with ancestral noise: Lu et al. 2022 (arXiv:2211.01095), algorithm 1 with r = ½, down to less noise than the next
 * level has, and fresh noise up to it; k-diffusion's `sample_dpmpp_2s_ancestral`, η = 1. Two evaluations a step, one at the last.
 */
export const dpmpp2sAncestral: Sampler = {
  id: 'dpmpp_2s_ancestral',
  stochastic: true,
  *run({ start, schedule, noise }: SamplerInput): SamplerRun {
    const latent = Float32Array.from(start);
    const middle = new Float32Array(start.length);
    for (const { sigma, next, timestep, stepsDone } of stepsOf(schedule)) {
      const denoised = yield { latent, sigma, timestep, stepsDone };
      const { down, up } = ancestralStep(sigma, next);
      if (down === 0) stepEuler(latent, denoised, sigma, down);
      else {
        const sigmaMiddle = Math.sqrt(sigma * down);
        const keep = sigmaMiddle / sigma;
        combine(middle, [keep, latent], [1 - keep, denoised]);
        const timestepMiddle = schedule.timestepOf(sigmaMiddle);
        const denoisedMiddle = yield { latent: middle, sigma: sigmaMiddle, timestep: timestepMiddle, stepsDone };
        combine(latent, [down / sigma, latent], [1 - down / sigma, denoisedMiddle]);
      }
      if (next > 0) combine(latent, [1, latent], [up, noise()]);
    }
    return latent;
  },
};
