import { isNamedSchedule, type ScheduleId } from '@darkroom/shared/domain/schedules';
import { NAMED_SIGMAS } from './named-sigmas.ts';
import { type NoiseLevels, noiseLevels } from './noise-levels.ts';
import type { SchedulerConfig } from './scheduler-config.ts';
import { spacedTimesteps } from './spacing.ts';

/** The noise levels of one rendering, from most noise to none. */
export type Schedule = {
  /** σ of each step, descending, and a last 0: one more than there are steps. */
  sigmas: Float32Array;
  /** What the model is told at each step: training timesteps, as float32. */
  timesteps: Float32Array;
  /** Standard deviation of the noise that the first step starts from. */
  initialNoiseSigma: number;
  /** What the model is told at a level between those of the steps. */
  timestepOf(sigma: number): number;
};

/** Steps of the teacher that consistency models were distilled from: diffusers' `original_inference_steps`. */
const LCM_ORIGIN_STEPS = 50;

/**
 * The schedule of a rendering. `automatic` is the model's own spacing; the sampler `lcm` has its own timesteps then, which its
 * models were distilled at.
 */
export function makeSchedule(
  config: SchedulerConfig,
  steps: number,
  { schedule = 'automatic', sampler = 'euler' }: { schedule?: ScheduleId; sampler?: string } = {},
): Schedule {
  const levels = noiseLevels(config);
  if (isNamedSchedule(schedule)) return fromSigmas(levels, NAMED_SIGMAS[schedule](levels, steps));
  if (schedule === 'automatic' && sampler === 'lcm') return fromTimesteps(levels, lcmTimesteps(config, steps), true);
  const spaced = schedule === 'automatic' ? config : { ...config, timestep_spacing: schedule };
  return fromTimesteps(levels, spacedTimesteps(spaced, steps), spaced.timestep_spacing === 'leading');
}

function fromSigmas({ timestepOf }: NoiseLevels, levels: readonly number[]): Schedule {
  const sigmas = Float32Array.from([...levels, 0]);
  return {
    sigmas,
    timesteps: Float32Array.from(levels, timestepOf),
    initialNoiseSigma: sigmas[0] ?? 0,
    timestepOf,
  };
}

/**
 * diffusers' `EulerDiscreteScheduler.set_timesteps`: sigmas interpolated between the training timesteps (float64), then float32.
 * `unitStart`: the model's first input is noise of deviation 1, so that the start has the deviation of signal and noise together
 * (`leading`, which starts below the last level, and LCM).
 */
function fromTimesteps({ training, timestepOf }: NoiseLevels, timesteps: Float32Array, unitStart: boolean): Schedule {
  const sigmas = new Float32Array(timesteps.length + 1);
  for (const [i, timestep] of timesteps.entries()) sigmas[i] = interpolate(training, timestep);
  const first = sigmas[0] ?? 0;
  const initialNoiseSigma = unitStart ? Math.fround(Math.sqrt(Math.fround(first ** 2 + 1))) : first;
  return { sigmas, timesteps, initialNoiseSigma, timestepOf };
}

/** diffusers' `LCMScheduler.set_timesteps`: evenly chosen from the teacher's steps; more than those are spread over all timesteps. */
function lcmTimesteps({ num_train_timesteps: count }: SchedulerConfig, steps: number): Float32Array {
  const origin = Math.max(LCM_ORIGIN_STEPS, steps);
  const stride = Math.floor(count / origin);
  return Float32Array.from({ length: steps }, (_, i) => (origin - Math.floor((i * origin) / steps)) * stride - 1);
}

/** numpy's `interp` over 0, 1, 2, …: held constant beyond both ends. */
function interpolate(values: Float32Array, position: number): number {
  const last = values.length - 1;
  const low = Math.min(Math.max(Math.floor(position), 0), last);
  const high = Math.min(low + 1, last);
  const [a, b] = [values[low] ?? 0, values[high] ?? 0];
  return a + (b - a) * Math.min(Math.max(position - low, 0), 1);
}
