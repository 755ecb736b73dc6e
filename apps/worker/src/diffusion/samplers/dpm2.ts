import { ancestralStep } from './ancestral-step.ts';
import { combine } from './combine.ts';
import { stepEuler } from './euler-step.ts';
import type { NoiseSource, Sampler, SamplerInput, SamplerRun } from './sampler.ts';
import { stepsOf } from './steps-of.ts';

/**
 * The midpoint method with its midpoint in log σ: DPM-Solver-2 of Lu et al. 2022 (arXiv:2206.00927, algorithm 1, r₁ = ½) in the
 * form of Karras et al. 2022; k-diffusion's `sample_dpm_2` without churn. Two evaluations a step, one at the last; second order.
 */
export const dpm2: Sampler = { id: 'dpm2', stochastic: false, run: (input) => runMidpoint(input, null) };

/** The same down to less noise than the next level has, and fresh noise up to it: `sample_dpm_2_ancestral`, η = 1. */
export const dpm2Ancestral: Sampler = {
  id: 'dpm2_ancestral',
  stochastic: true,
  run: (input) => runMidpoint(input, input.noise),
};

function* runMidpoint({ start, schedule }: SamplerInput, noise: NoiseSource | null): SamplerRun {
  const latent = Float32Array.from(start);
  const middle = new Float32Array(start.length);
  for (const { sigma, next, timestep, stepsDone } of stepsOf(schedule)) {
    const denoised = yield { latent, sigma, timestep, stepsDone };
    const { down, up } = noise ? ancestralStep(sigma, next) : { down: next, up: 0 };
    if (down === 0) {
      stepEuler(latent, denoised, sigma, down);
      continue;
    }
    const sigmaMiddle = Math.sqrt(sigma * down);
    const share = (sigmaMiddle - sigma) / sigma;
    combine(middle, [1 + share, latent], [-share, denoised]);
    const timestepMiddle = schedule.timestepOf(sigmaMiddle);
    const denoisedMiddle = yield { latent: middle, sigma: sigmaMiddle, timestep: timestepMiddle, stepsDone };
    const whole = (down - sigma) / sigmaMiddle;
    combine(latent, [1, latent], [whole, middle], [-whole, denoisedMiddle]);
    if (noise) combine(latent, [1, latent], [up, noise()]);
  }
  return latent;
}
