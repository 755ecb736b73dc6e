import type { Schedule } from '../schedule/schedule.ts';

/** One step of a schedule. */
export type Step = {
  /** Steps done before it. */
  stepsDone: number;
  /** σᵢ, what the model is told at it, and σᵢ₊₁ (0 at the last step). */
  sigma: number;
  timestep: number;
  next: number;
};

export function stepsOf({ sigmas, timesteps }: Schedule): Step[] {
  return Array.from(timesteps, (timestep, i) => ({
    stepsDone: i,
    sigma: sigmas[i] ?? 0,
    timestep,
    next: sigmas[i + 1] ?? 0,
  }));
}
