import { combine } from './combine.ts';
import type { Sampler, SamplerInput, SamplerRun } from './sampler.ts';
import { stepsOf } from './steps-of.ts';

/**
 * Song et al. 2020, "Denoising Diffusion Implicit Models" (arXiv:2010.02502), equation 12 with σ_t = 0: the noise that the model
 * sees, ε = (x − D) / σ, is put back at the next level. In these variables (x / √ᾱ) that is x′ = D + σ′ · ε. First order.
 */
export const ddim: Sampler = {
  id: 'ddim',
  stochastic: false,
  *run({ start, schedule }: SamplerInput): SamplerRun {
    const latent = Float32Array.from(start);
    for (const { sigma, next, timestep, stepsDone } of stepsOf(schedule)) {
      const denoised = yield { latent, sigma, timestep, stepsDone };
      combine(latent, [next / sigma, latent], [1 - next / sigma, denoised]);
    }
    return latent;
  },
};
