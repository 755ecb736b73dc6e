import { stepEuler } from './euler-step.ts';
import type { Sampler, SamplerInput, SamplerRun } from './sampler.ts';
import { stepsOf } from './steps-of.ts';

/**
 * Euler's method along the probability-flow ODE: Karras et al. 2022, "Elucidating the Design Space of Diffusion-Based
 * Generative Models" (arXiv:2206.00364), algorithm 2 without churn and without the correction of lines 6–8.
 * The error is of first order in the step size.
 *
 * | here | paper |
 * |---|---|
 * | latent | x̂ᵢ |
 * | sigma, next | tᵢ, tᵢ₊₁ (with σ(t) = t) |
 * | denoised | D(x̂ᵢ; tᵢ) |
 */
export const euler: Sampler = {
  id: 'euler',
  stochastic: false,
  *run({ start, schedule }: SamplerInput): SamplerRun {
    const latent = Float32Array.from(start);
    for (const { sigma, next, timestep, stepsDone } of stepsOf(schedule)) {
      const denoised = yield { latent, sigma, timestep, stepsDone };
      stepEuler(latent, denoised, sigma, next);
    }
    return latent;
  },
};
