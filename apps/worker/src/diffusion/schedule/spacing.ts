import type { SchedulerConfig } from './scheduler-config.ts';

/** "Common Diffusion Noise Schedules…" (arXiv:2305.08891), table 2: the three spacings, as diffusers computes them. Descending. */
export function spacedTimesteps(config: SchedulerConfig, steps: number): Float32Array {
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
export function roundHalfToEven(value: number): number {
  const below = Math.floor(value);
  const rest = value - below;
  if (rest !== 0.5) return Math.round(value);
  return below % 2 === 0 ? below : below + 1;
}
