import { describe, expect, it } from 'vitest';
import { makeSchedule, type Schedule } from '../schedule/schedule.ts';
import { schedulerConfig } from '../schedule/scheduler-config.ts';
import { euler } from './euler.ts';
import type { Evaluation } from './sampler.ts';

/** Drives a sampler with an analytic denoiser. */
function drive(schedule: Schedule, start: Float32Array, denoise: (evaluation: Evaluation) => Float32Array) {
  const evaluations: Evaluation[] = [];
  const run = euler.run({ start, schedule, noise: () => new Float32Array(start.length) });
  let next = run.next();
  while (!next.done) {
    evaluations.push({ ...next.value, latent: Float32Array.from(next.value.latent) });
    next = run.next(denoise(next.value));
  }
  return { latent: next.value, evaluations };
}

const geometric = (steps: number): Schedule => ({
  sigmas: Float32Array.from({ length: steps + 1 }, (_, i) => 10 * (0.1 / 10) ** (i / steps)),
  timesteps: Float32Array.from({ length: steps }, (_, i) => steps - i),
  initialNoiseSigma: 10,
  timestepOf: () => 0,
});

describe('euler', () => {
  it.each([1, 2, 3, 20, 150])('asks the model once a step, %i times, and names the steps that are done', (steps) => {
    const schedule = makeSchedule(schedulerConfig.parse({ timestep_spacing: 'trailing' }), steps);
    const { evaluations } = drive(schedule, new Float32Array(4), () => new Float32Array(4));
    expect(evaluations.map((each) => each.stepsDone)).toEqual(Array.from({ length: steps }, (_, i) => i));
    expect(evaluations.map((each) => each.timestep)).toEqual([...schedule.timesteps]);
  });

  it('ends at what the model sees, because the last noise level is 0', () => {
    const schedule = makeSchedule(schedulerConfig.parse({ timestep_spacing: 'trailing' }), 5);
    const target = Float32Array.of(0.5, -0.25, 1, 0);
    const { latent } = drive(schedule, Float32Array.of(9, -3, 2, 100), () => target);
    for (const [i, value] of latent.entries()) expect(value).toBeCloseTo(target[i] ?? Number.NaN, 4);
  });

  it('leaves the start latent as it was', () => {
    const start = Float32Array.of(1, 2, 3);
    drive(geometric(4), start, () => new Float32Array(3));
    expect([...start]).toEqual([1, 2, 3]);
  });

  it('has an error of first order: half the step, half the error', () => {
    // Data of deviation 1: D(x; σ) = x / (1 + σ²), whose exact path is x(σ) = x₀ √(1 + σ²) / √(1 + σ₀²).
    const denoise = ({ latent, sigma }: Evaluation) => latent.map((x) => x / (1 + sigma * sigma));
    const error = (steps: number) => {
      const schedule = geometric(steps);
      const end = schedule.sigmas.at(-1) ?? 0;
      const exact = 10 * Math.sqrt((1 + end * end) / 101);
      return Math.abs((drive(schedule, Float32Array.of(10), denoise).latent[0] ?? 0) - exact);
    };
    for (const steps of [40, 80]) {
      const order = Math.log2(error(steps) / error(2 * steps));
      expect(order).toBeGreaterThan(0.85);
      expect(order).toBeLessThan(1.15);
    }
  });
});
