import { combine } from './combine.ts';
import type { Sampler, SamplerInput, SamplerRun } from './sampler.ts';
import { stepsOf } from './steps-of.ts';

/**
 * DPM-Solver++(2M): Lu et al. 2022, "DPM-Solver++: Fast Solver for Guided Sampling of Diffusion Probabilistic Models"
 * (arXiv:2211.01095), algorithm 2; k-diffusion's `sample_dpmpp_2m`. One evaluation a step; second order.
 *
 * | here | paper |
 * |---|---|
 * | log step h | hᵢ = λ(tᵢ) − λ(tᵢ₋₁), with λ = −log σ |
 * | ratio | rᵢ = hᵢ₋₁ / hᵢ |
 * | denoised, before | x_θ at tᵢ₋₁ and tᵢ₋₂ |
 */
export const dpmpp2m: Sampler = {
  id: 'dpmpp_2m',
  stochastic: false,
  *run({ start, schedule }: SamplerInput): SamplerRun {
    const latent = Float32Array.from(start);
    const before = new Float32Array(start.length);
    let hBefore: number | null = null;
    for (const { sigma, next, timestep, stepsDone } of stepsOf(schedule)) {
      const denoised = yield { latent, sigma, timestep, stepsDone };
      const h = Math.log(sigma / next);
      const keep = next / sigma;
      if (hBefore === null || next === 0) combine(latent, [keep, latent], [1 - keep, denoised]);
      else {
        const slope = h / (2 * hBefore);
        combine(latent, [keep, latent], [(1 - keep) * (1 + slope), denoised], [-(1 - keep) * slope, before]);
      }
      before.set(denoised);
      hBefore = h;
    }
    return latent;
  },
};
