import { combine } from './combine.ts';
import type { Sampler, SamplerInput, SamplerRun } from './sampler.ts';
import { stepsOf } from './steps-of.ts';

/**
 * SDE-DPM-Solver++(2M): Lu et al. 2022 (arXiv:2211.01095), equation 18, in its midpoint form; k-diffusion's `sample_dpmpp_2m_sde`
 * with `solver_type='midpoint'`, η = 1. One evaluation a step.
 *
 * | here | paper |
 * |---|---|
 * | h | λ(t) − λ(s), with λ = −log σ |
 * | decay | e^(−2h) |
 */
export const dpmpp2mSde: Sampler = {
  id: 'dpmpp_2m_sde',
  stochastic: true,
  *run({ start, schedule, noise }: SamplerInput): SamplerRun {
    const latent = Float32Array.from(start);
    const before = new Float32Array(start.length);
    let hBefore: number | null = null;
    for (const { sigma, next, timestep, stepsDone } of stepsOf(schedule)) {
      const denoised = yield { latent, sigma, timestep, stepsDone };
      if (next === 0) {
        latent.set(denoised);
        continue;
      }
      const h = Math.log(sigma / next);
      const decay = Math.exp(-2 * h);
      const slope = hBefore === null ? 0 : ((1 - decay) * h) / (2 * hBefore);
      combine(
        latent,
        [decay, latent],
        [1 - decay + slope, denoised],
        [-slope, before],
        [next * Math.sqrt(-Math.expm1(-2 * h)), noise()],
      );
      before.set(denoised);
      hBefore = h;
    }
    return latent;
  },
};
