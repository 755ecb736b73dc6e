import type { SchedulerConfig } from './scheduler-config.ts';
import { trainingSigmas } from './training-sigmas.ts';

/** The noise levels that a model was trained at, and the way between a level and the timestep that the model is told. */
export type NoiseLevels = {
  /** σ of each training timestep, ascending. */
  training: Float32Array;
  /** The timestep of a level, between those of training by log σ (k-diffusion's `sigma_to_t`); float64. */
  timestepOf(sigma: number): number;
  /** The level of a timestep, between those of training by log σ (k-diffusion's `t_to_sigma`); float64. */
  sigmaOf(timestep: number): number;
};

export function noiseLevels(config: SchedulerConfig): NoiseLevels {
  const training = trainingSigmas(config);
  const logs = Float64Array.from(training, Math.log);
  const last = logs.length - 1;
  const at = (index: number) => logs[index] ?? 0;
  return {
    training,
    timestepOf(sigma) {
      const log = Math.log(sigma);
      const low = Math.min(lastNotAbove(logs, log), last - 1);
      const share = (log - at(low)) / (at(low + 1) - at(low));
      return low + Math.min(Math.max(share, 0), 1);
    },
    sigmaOf(timestep) {
      const low = Math.min(Math.max(Math.floor(timestep), 0), last);
      const high = Math.min(low + 1, last);
      return Math.exp(at(low) + (at(high) - at(low)) * Math.min(Math.max(timestep - low, 0), 1));
    },
  };
}

/** Index of the last of ascending values that is not above `value`; 0 when all are. */
function lastNotAbove(values: Float64Array, value: number): number {
  let [low, high] = [0, values.length];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((values[middle] ?? 0) <= value) low = middle;
    else high = middle;
  }
  return low;
}
