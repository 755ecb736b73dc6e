import { combine } from './combine.ts';
import { stepEuler } from './euler-step.ts';
import type { Sampler, SamplerInput, SamplerRun } from './sampler.ts';
import { stepsOf } from './steps-of.ts';

/**
 * Zhang & Chen 2022, "Fast Sampling of Diffusion Models with Exponential Integrator" (arXiv:2204.13902): tAB-DEIS of order 2, the
 * polynomial in log ρ as diffusers' `DEISMultistepScheduler` has it (`solver_type='logrho'`). One evaluation a step; the first and
 * the last have order 1. The paper's ρ is σ here, its x is x / √ᾱ.
 */
export const deis: Sampler = {
  id: 'deis',
  stochastic: false,
  *run({ start, schedule }: SamplerInput): SamplerRun {
    const latent = Float32Array.from(start);
    let [noise, noiseBefore] = [new Float32Array(start.length), new Float32Array(start.length)];
    let sigmaBefore: number | null = null;
    for (const { sigma, next, timestep, stepsDone } of stepsOf(schedule)) {
      const denoised = yield { latent, sigma, timestep, stepsDone };
      [noise, noiseBefore] = [noiseBefore, noise];
      combine(noise, [1 / sigma, latent], [-1 / sigma, denoised]);
      if (sigmaBefore === null || stepsDone === schedule.timesteps.length - 1) stepEuler(latent, denoised, sigma, next);
      else {
        const now = integral(next, sigma, sigmaBefore) - integral(sigma, sigma, sigmaBefore);
        const before = integral(next, sigmaBefore, sigma) - integral(sigma, sigmaBefore, sigma);
        combine(latent, [1, latent], [now, noise], [before, noiseBefore]);
      }
      sigmaBefore = sigma;
    }
    return latent;
  },
};

/** Antiderivative, at ρ, of (log ρ − log other) / (log node − log other): the linear Lagrange polynomial in log ρ. */
function integral(rho: number, node: number, other: number): number {
  return (rho * (Math.log(rho) - Math.log(other) - 1)) / (Math.log(node) - Math.log(other));
}
