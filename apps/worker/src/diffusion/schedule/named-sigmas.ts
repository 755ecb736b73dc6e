import type { NamedSchedule } from '@darkroom/shared/domain/schedules';
import { betaQuantile } from './beta-quantile.ts';
import type { NoiseLevels } from './noise-levels.ts';
import { roundHalfToEven } from './spacing.ts';

/** Karras et al. 2022 (arXiv:2206.00364), equation 5. */
const RHO = 7;
/** Both shape parameters: Lee et al. 2024, "Beta Sampling is All You Need" (arXiv:2407.12173); ComfyUI's and A1111's defaults. */
const BETA_SHAPE = 0.6;

/** `count` values from `start` to `end`, both included. */
function linspace(start: number, end: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => (count === 1 ? start : start + ((end - start) * i) / (count - 1)));
}

/**
 * The σ of each step of a schedule that has a name of its own, descending, without the last 0; float64. σmin and σmax are those of
 * the model's training, as in k-diffusion, A1111 and ComfyUI.
 */
export const NAMED_SIGMAS: Readonly<Record<NamedSchedule, (levels: NoiseLevels, steps: number) => number[]>> = {
  /** k-diffusion's `get_sigmas_karras`: even steps in σ^(1/ρ). */
  karras({ training }, steps) {
    const [start, end] = [largest(training) ** (1 / RHO), smallest(training) ** (1 / RHO)];
    return linspace(start, end, steps).map((root) => root ** RHO);
  },
  /** k-diffusion's `get_sigmas_exponential`: even steps in log σ. */
  exponential: ({ training }, steps) =>
    linspace(Math.log(largest(training)), Math.log(smallest(training)), steps).map(Math.exp),
  /** k-diffusion's `get_sigmas` ("uniform"): even steps in time, the first and the last timestep included. */
  normal: ({ training, sigmaOf }, steps) => linspace(training.length - 1, 0, steps).map(sigmaOf),
  /** Stability's generative-models, and ComfyUI's `sgm_uniform`: as `normal`, one more, without the last. */
  sgm_uniform: ({ training, sigmaOf }, steps) =>
    linspace(training.length - 1, 0, steps + 1)
      .slice(0, -1)
      .map(sigmaOf),
  /** ComfyUI's `simple_scheduler`: every n-th level of training, counted from the noisiest. */
  simple: ({ training }, steps) =>
    Array.from({ length: steps }, (_, i) => training.at(-(1 + Math.floor((i * training.length) / steps))) ?? 0),
  /** ComfyUI's `ddim_scheduler`: every n-th level, counted from the second; never more than were asked for. */
  ddim_uniform({ training }, steps) {
    const stride = Math.max(1, Math.floor(training.length / steps));
    return Array.from(
      { length: steps },
      (_, i) => training[Math.min(1 + i * stride, training.length - 1)] ?? 0,
    ).reverse();
  },
  /** ComfyUI's `beta_scheduler`: timesteps at the quantiles of a beta distribution, dense at both ends. A1111's and diffusers' are others (docs/decisions). */
  beta({ training }, steps) {
    const last = training.length - 1;
    let before = training.length;
    return Array.from({ length: steps }, (_, i) => {
      const timestep = roundHalfToEven(betaQuantile(1 - i / steps, BETA_SHAPE, BETA_SHAPE) * last);
      // Where two quantiles round to the same timestep, ComfyUI has a step less; here the second takes the next timestep.
      before = Math.min(timestep, before - 1);
      return training[before] ?? 0;
    });
  },
};

function largest(training: Float32Array): number {
  return training.at(-1) ?? 0;
}

function smallest(training: Float32Array): number {
  return training.at(0) ?? 0;
}
