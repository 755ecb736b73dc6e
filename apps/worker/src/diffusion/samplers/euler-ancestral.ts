import { ancestralStep } from './ancestral-step.ts';
import { combine } from './combine.ts';
import { stepEuler } from './euler-step.ts';
import type { Sampler, SamplerInput, SamplerRun } from './sampler.ts';
import { stepsOf } from './steps-of.ts';

/** Euler's steps down to less noise than the next level has, and fresh noise up to it: k-diffusion's `sample_euler_ancestral`, η = 1. */
export const eulerAncestral: Sampler = { id: 'euler_ancestral', stochastic: true, run: runAncestral };

/**
 * Ancestral sampling of Ho et al. 2020, "Denoising Diffusion Probabilistic Models" (arXiv:2006.11239), algorithm 2, with the small
 * variance β̃ of section 3.2. Written in σ = √((1 − ᾱ) / ᾱ) and x / √ᾱ it is the ancestral Euler step.
 */
export const ddpm: Sampler = { id: 'ddpm', stochastic: true, run: runAncestral };

function* runAncestral({ start, schedule, noise }: SamplerInput): SamplerRun {
  const latent = Float32Array.from(start);
  for (const { sigma, next, timestep, stepsDone } of stepsOf(schedule)) {
    const denoised = yield { latent, sigma, timestep, stepsDone };
    const { down, up } = ancestralStep(sigma, next);
    stepEuler(latent, denoised, sigma, down);
    if (next > 0) combine(latent, [1, latent], [up, noise()]);
  }
  return latent;
}
