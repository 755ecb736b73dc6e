import type { SchedulerConfig } from './scheduler-config.ts';
import { trainingSigmas } from './training-sigmas.ts';

/** The noise levels of one rendering, from most noise to none. */
export type Schedule = {
  /** σ of each step, descending, and a last 0: one more than there are steps. */
  sigmas: Float32Array;
  /** What the model is told at each step: training timesteps, as float32. */
  timesteps: Float32Array;
  /** Standard deviation of the noise that the first step starts from. */
  initialNoiseSigma: number;
};

/**
 * The schedule of diffusers' `EulerDiscreteScheduler.set_timesteps`: timesteps by the configured spacing,
 * sigmas interpolated between the training timesteps (float64), then float32.
 */
export function makeSchedule(config: SchedulerConfig, steps: number): Schedule {
  const timesteps = spacedTimesteps(config, steps);
  const training = trainingSigmas(config);
  const sigmas = new Float32Array(steps + 1);
  for (let i = 0; i < steps; i++) sigmas[i] = interpolate(training, timesteps[i] ?? 0);
  const largest = sigmas.reduce((a, b) => Math.max(a, b), 0);
  const initialNoiseSigma =
    config.timestep_spacing === 'leading' ? Math.fround(Math.sqrt(Math.fround(largest ** 2 + 1))) : largest;
  return { sigmas, timesteps, initialNoiseSigma };
}

/** "Common Diffusion Noise Schedules…" (arXiv:2305.08891), table 2: the three spacings. */
function spacedTimesteps(config: SchedulerConfig, steps: number): Float32Array {
  const count = config.num_train_timesteps;
  switch (config.timestep_spacing) {
    case 'linspace': {
      const step = steps === 1 ? 0 : (count - 1) / (steps - 1);
      const ascending = Float32Array.from({ length: steps }, (_, i) =>
        i === steps - 1 && i > 0 ? count - 1 : i * step,
      );
      return ascending.reverse();
    }
    case 'leading': {
      const ratio = Math.floor(count / steps);
      return Float32Array.from({ length: steps }, (_, i) => (steps - 1 - i) * ratio + config.steps_offset);
    }
    case 'trailing': {
      const ratio = count / steps;
      return Float32Array.from({ length: steps }, (_, i) => roundHalfToEven(count - i * ratio) - 1);
    }
  }
}

/** numpy's `round`. */
function roundHalfToEven(value: number): number {
  const below = Math.floor(value);
  const rest = value - below;
  if (rest !== 0.5) return Math.round(value);
  return below % 2 === 0 ? below : below + 1;
}

/** numpy's `interp` over 0, 1, 2, …: held constant beyond both ends. */
function interpolate(values: Float32Array, position: number): number {
  const last = values.length - 1;
  const low = Math.min(Math.max(Math.floor(position), 0), last);
  const high = Math.min(low + 1, last);
  const [a, b] = [values[low] ?? 0, values[high] ?? 0];
  return a + (b - a) * Math.min(Math.max(position - low, 0), 1);
}
