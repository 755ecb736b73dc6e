import type { Sampler, SamplerRun } from './sampler.ts';

/**
 * Euler's method along the probability-flow ODE: Karras et al. 2022, "Elucidating the Design Space of Diffusion-Based
 * Generative Models" (arXiv:2206.00364), algorithm 2 without churn and without the correction of lines 6–8.
 * The error is of first order in the step size.
 *
 * | here | paper |
 * |---|---|
 * | latent | x̂ᵢ |
 * | sigma, nextSigma | tᵢ, tᵢ₊₁ (with σ(t) = t) |
 * | denoised | D(x̂ᵢ; tᵢ) |
 * | slope | dᵢ = (x̂ᵢ − D) / tᵢ |
 */
export const euler: Sampler = {
  id: 'euler',
  *run(start, { sigmas, timesteps }): SamplerRun {
    const latent = Float32Array.from(start);
    for (let i = 0; i < timesteps.length; i++) {
      const sigma = sigmas[i] ?? 0;
      const nextSigma = sigmas[i + 1] ?? 0;
      const denoised = yield { latent, sigma, timestep: timesteps[i] ?? 0, stepsDone: i };
      stepEuler(latent, denoised, sigma, nextSigma);
    }
    return latent;
  },
};

/** x ← x + (σ′ − σ) · (x − D) / σ, in place, rounded to float32 as the reference rounds. */
function stepEuler(latent: Float32Array, denoised: Float32Array, sigma: number, nextSigma: number): void {
  const difference = Math.fround(nextSigma - sigma);
  for (let j = 0; j < latent.length; j++) {
    const value = latent[j] ?? 0;
    const slope = Math.fround(Math.fround(value - (denoised[j] ?? 0)) / sigma);
    latent[j] = value + Math.fround(slope * difference);
  }
}
