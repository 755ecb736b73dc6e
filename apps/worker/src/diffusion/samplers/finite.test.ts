import { SCHEDULE_IDS } from '@darkroom/shared/domain/schedules';
import { expect, it } from 'vitest';
import { TorchNormal } from '../noise/torch-normal.ts';
import { makeSchedule } from '../schedule/schedule.ts';
import { schedulerConfig } from '../schedule/scheduler-config.ts';
import { ENGINE_SAMPLERS } from './samplers.ts';

const CONFIGS = [
  {
    beta_schedule: 'scaled_linear',
    beta_start: 0.00085,
    beta_end: 0.012,
    timestep_spacing: 'leading',
    steps_offset: 1,
  },
  { beta_schedule: 'scaled_linear', timestep_spacing: 'trailing', rescale_betas_zero_snr: true },
].map((config) => schedulerConfig.parse(config));
const STEPS = [1, 2, 3, 5, 8, 11, 14, 100];

/** Values beyond a picture's are cut by a decoder; latents that grow on and on are a fault. */
const REASONABLE = 50;

it.each([...ENGINE_SAMPLERS.values()].map((sampler) => [sampler.id, sampler] as const))(
  '%s runs exactly the steps that were asked for and stays finite, over every schedule',
  (_id, sampler) => {
    for (const config of CONFIGS) {
      for (const schedule of SCHEDULE_IDS) {
        for (const steps of STEPS) {
          const made = makeSchedule(config, steps, { schedule, sampler: sampler.id });
          const random = new TorchNormal(7);
          const noise = () => random.next(16);
          const start = noise().map((value) => value * made.initialNoiseSigma);
          const run = sampler.run({ start, schedule: made, noise });
          const done = new Set<number>();
          let next = run.next();
          while (!next.done) {
            const { latent, sigma, timestep, stepsDone } = next.value;
            done.add(stepsDone);
            expect(sigma).toBeGreaterThan(0);
            expect(timestep >= 0 && timestep < 1000).toBe(true);
            next = run.next(latent.map((x) => Math.tanh(x / (1 + sigma * sigma))));
          }
          const where = `${schedule} ${steps}`;
          expect([...done], where).toEqual(Array.from({ length: steps }, (_, i) => i));
          expect(
            next.value.every((value) => Math.abs(value) < REASONABLE),
            where,
          ).toBe(true);
        }
      }
    }
  },
);
