import { readFileSync } from 'node:fs';
import { type NamedSchedule, SCHEDULE_IDS, SCHEDULES } from '@darkroom/shared/domain/schedules';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { makeSchedule } from './schedule.ts';
import { schedulerConfig } from './scheduler-config.ts';

const golden = z
  .object({
    config: z.record(z.string(), z.unknown()),
    schedules: z.array(z.object({ schedule: z.enum(SCHEDULE_IDS), steps: z.int(), sigmas: z.array(z.number()) })),
  })
  .parse(JSON.parse(readFileSync(new URL('../goldens/named-schedules.json', import.meta.url), 'utf8')));
const config = schedulerConfig.parse(golden.config);

/** float32 sums of a thousand betas, in another order than torch's vectors. */
const RELATIVE_TOLERANCE = 2e-5;

describe('schedules with a name', () => {
  it.each(golden.schedules.map((each) => [each.schedule, each.steps, each.sigmas] as const))(
    '%s has the levels of the reference in %i steps',
    (schedule, steps, wanted) => {
      const { sigmas, initialNoiseSigma } = makeSchedule(config, steps, { schedule });
      expect(sigmas).toHaveLength(wanted.length + 1);
      for (const [i, value] of wanted.entries()) {
        expect(Math.abs((sigmas[i] ?? 0) - value)).toBeLessThanOrEqual(RELATIVE_TOLERANCE * value);
      }
      expect(initialNoiseSigma).toBe(sigmas[0]);
    },
  );

  it.each(SCHEDULES.map(({ id }) => id))(
    '%s falls to 0 in exactly as many steps as were asked for, 1 to 150',
    (schedule) => {
      for (const sampler of ['euler', 'lcm']) {
        for (let steps = 1; steps <= 150; steps++) {
          const { sigmas, timesteps } = makeSchedule(config, steps, { schedule, sampler });
          expect([sigmas.length, timesteps.length, sigmas.at(-1)]).toEqual([steps + 1, steps, 0]);
          for (let i = 0; i < steps; i++) expect(sigmas[i]).toBeGreaterThan(sigmas[i + 1] ?? Number.NaN);
          for (const timestep of timesteps) expect(timestep >= 0 && timestep <= 999).toBe(true);
        }
      }
    },
  );

  it('tells the model the timestep whose level it is', () => {
    for (const schedule of ['karras', 'beta', 'sgm_uniform'] satisfies NamedSchedule[]) {
      const { sigmas, timesteps, timestepOf } = makeSchedule(config, 9, { schedule });
      const even = makeSchedule({ ...config, timestep_spacing: 'linspace' }, 1000);
      for (const [i, timestep] of timesteps.entries()) {
        expect(timestepOf(sigmas[i] ?? 0)).toBeCloseTo(timestep, 2);
        const low = even.sigmas[999 - Math.floor(timestep)] ?? 0;
        const high = even.sigmas[999 - Math.ceil(timestep)] ?? 0;
        expect(sigmas[i]).toBeGreaterThanOrEqual(low * 0.9999);
        expect(sigmas[i]).toBeLessThanOrEqual(high * 1.0001);
      }
    }
  });
});
