import { combine, type Term } from './combine.ts';
import type { Sampler, SamplerInput, SamplerRun } from './sampler.ts';
import { stepsOf } from './steps-of.ts';

const ORDER_MAX = 4;
/** Gauss–Legendre with two points: exact up to degree 3, the highest that there is here. */
const POINT = 1 / Math.sqrt(3);

/**
 * The linear multistep method of Adams and Bashforth over uneven steps: the polynomial through the last four slopes, integrated over
 * the step (Hairer, Nørsett & Wanner, "Solving Ordinary Differential Equations I", section III.1); k-diffusion's `sample_lms`.
 * One evaluation a step; the first steps have the order of the slopes that there are.
 */
export const lms: Sampler = {
  id: 'lms',
  stochastic: false,
  *run({ start, schedule }: SamplerInput): SamplerRun {
    const latent = Float32Array.from(start);
    const { sigmas } = schedule;
    // The newest first.
    const slopes: Float32Array[] = [];
    for (const { sigma, timestep, stepsDone } of stepsOf(schedule)) {
      const denoised = yield { latent, sigma, timestep, stepsDone };
      const slope = slopes.length < ORDER_MAX ? new Float32Array(start.length) : (slopes.pop() ?? new Float32Array());
      slopes.unshift(combine(slope, [1 / sigma, latent], [-1 / sigma, denoised]));
      const order = slopes.length;
      combine(latent, [1, latent], ...slopes.map((each, j): Term => [coefficient(sigmas, stepsDone, order, j), each]));
    }
    return latent;
  },
};

/** ∫ from σᵢ to σᵢ₊₁ of the Lagrange polynomial that is 1 at σᵢ₋ⱼ and 0 at the other nodes. */
function coefficient(sigmas: Float32Array, i: number, order: number, j: number): number {
  const at = (index: number) => sigmas[index] ?? 0;
  const basis = (tau: number) => {
    let product = 1;
    for (let k = 0; k < order; k++) if (k !== j) product *= (tau - at(i - k)) / (at(i - j) - at(i - k));
    return product;
  };
  const [middle, half] = [(at(i + 1) + at(i)) / 2, (at(i + 1) - at(i)) / 2];
  return half * (basis(middle - half * POINT) + basis(middle + half * POINT));
}
