import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { makeSchedule } from './schedule.ts';
import { schedulerConfig } from './scheduler-config.ts';

const numbers = z.array(z.number());
const row = z.object({
  config: z.record(z.string(), z.unknown()),
  steps: z.int(),
  timesteps: numbers,
  sigmas: numbers,
  initial_noise_sigma: z.number(),
});
const golden = z
  .object({ schedules: z.array(row) })
  .parse(JSON.parse(readFileSync(new URL('../goldens/schedules.json', import.meta.url), 'utf8'))).schedules;

/** float32 sums of a thousand betas, in another order than torch's vectors. */
const RELATIVE_TOLERANCE = 2e-5;

function expectClose(found: Float32Array, wanted: readonly number[]): void {
  expect(found).toHaveLength(wanted.length);
  for (const [i, value] of wanted.entries()) {
    expect(Math.abs((found[i] ?? Number.NaN) - value)).toBeLessThanOrEqual(RELATIVE_TOLERANCE * Math.abs(value));
  }
}

describe('schedule', () => {
  it.each(golden.map((each) => [JSON.stringify(each.config).slice(0, 110), each.steps, each] as const))(
    'equals EulerDiscreteScheduler for %s in %i steps',
    (_name, steps, wanted) => {
      const schedule = makeSchedule(schedulerConfig.parse(wanted.config), steps);
      expect([...schedule.timesteps]).toEqual(wanted.timesteps);
      expectClose(schedule.sigmas, wanted.sigmas);
      expectClose(Float32Array.of(schedule.initialNoiseSigma), [wanted.initial_noise_sigma]);
    },
  );

  it.each(Array.from({ length: 150 }, (_, i) => i + 1))('falls to 0 in exactly %i steps', (steps) => {
    for (const timestep_spacing of ['leading', 'trailing', 'linspace'] as const) {
      const { sigmas } = makeSchedule(schedulerConfig.parse({ timestep_spacing, steps_offset: 1 }), steps);
      expect(sigmas).toHaveLength(steps + 1);
      expect(sigmas.at(-1)).toBe(0);
      for (let i = 0; i < steps; i++) expect(sigmas[i]).toBeGreaterThan(sigmas[i + 1] ?? Number.NaN);
    }
  });
});
