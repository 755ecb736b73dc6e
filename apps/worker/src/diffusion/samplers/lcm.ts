import { combine } from './combine.ts';
import type { Sampler, SamplerInput, SamplerRun } from './sampler.ts';
import { stepsOf } from './steps-of.ts';

/** Constants of the boundary condition, as diffusers' `LCMScheduler` has them. */
const SIGMA_DATA = 0.5;
const TIMESTEP_SCALING = 10;

/**
 * Luo et al. 2023, "Latent Consistency Models" (arXiv:2310.04378), algorithm 3 (multistep sampling): the consistency function
 * f(x, t) = c_skip(t) · x + c_out(t) · D, then fresh noise of the next level. For models that were distilled for it, in few steps.
 */
export const lcm: Sampler = {
  id: 'lcm',
  stochastic: true,
  *run({ start, schedule, noise }: SamplerInput): SamplerRun {
    const latent = Float32Array.from(start);
    for (const { sigma, next, timestep, stepsDone } of stepsOf(schedule)) {
      const denoised = yield { latent, sigma, timestep, stepsDone };
      const scaled = timestep * TIMESTEP_SCALING;
      const skip = SIGMA_DATA ** 2 / (scaled ** 2 + SIGMA_DATA ** 2);
      const out = scaled / Math.sqrt(scaled ** 2 + SIGMA_DATA ** 2);
      // c_skip weighs the latent in the variance that the model sees: x / √(σ² + 1).
      combine(latent, [skip / Math.sqrt(sigma ** 2 + 1), latent], [out, denoised]);
      if (next > 0) combine(latent, [1, latent], [next, noise()]);
    }
    return latent;
  },
};
