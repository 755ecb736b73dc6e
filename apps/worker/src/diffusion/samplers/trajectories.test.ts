import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { z } from 'zod';
import type { Schedule } from '../schedule/schedule.ts';
import type { Evaluation } from './sampler.ts';
import { ENGINE_SAMPLERS } from './samplers.ts';

const numbers = z.array(z.number());
const row = z.object({
  sampler: z.string(),
  schedule: z.string(),
  sigmas: numbers,
  timesteps: numbers.optional(),
  start: numbers,
  noise: z.array(numbers),
  evaluations: z.array(z.object({ sigma: z.number(), latent: numbers })),
  end: numbers,
});
const { rows } = z
  .object({ rows: z.array(row) })
  .parse(JSON.parse(readFileSync(new URL('../goldens/samplers.json', import.meta.url), 'utf8')));

/** The reference runs in float64, ours rounds latents and levels to float32 at each step; relative to the largest value. */
const TOLERANCE = 2e-5;

/** D(x; σ) of `training/sampler_goldens.py`. */
function toy({ latent, sigma }: Evaluation): Float32Array {
  const variance = 1 + sigma * sigma;
  return latent.map((x) => x / variance + (0.3 * Math.sin((2 * x) / Math.sqrt(variance))) / (1 + sigma));
}

function expectClose(found: Float32Array, wanted: readonly number[]): void {
  expect(found).toHaveLength(wanted.length);
  const scale = Math.max(1, ...wanted.map(Math.abs));
  for (const [i, value] of wanted.entries()) {
    expect(Math.abs((found[i] ?? Number.NaN) - value) / scale).toBeLessThan(TOLERANCE);
  }
}

it.each(rows.map((each) => [each.sampler, each.schedule, each.sigmas.length - 1, each] as const))(
  '%s over the levels of %s in %i steps goes the way of the reference',
  (id, _schedule, steps, wanted) => {
    const schedule: Schedule = {
      sigmas: Float32Array.from(wanted.sigmas),
      timesteps: Float32Array.from(wanted.timesteps ?? Array.from({ length: steps }, () => 0)),
      initialNoiseSigma: 1,
      timestepOf: () => 0,
    };
    let drawn = 0;
    const noise = () => Float32Array.from(wanted.noise[drawn++] ?? []);
    const run = ENGINE_SAMPLERS.get(id)?.run({ start: Float32Array.from(wanted.start), schedule, noise });
    const evaluations: Evaluation[] = [];
    let next = run?.next();
    while (run && next && !next.done) {
      evaluations.push({ ...next.value, latent: Float32Array.from(next.value.latent) });
      next = run.next(toy(next.value));
    }
    expect(evaluations).toHaveLength(wanted.evaluations.length);
    for (const [i, { sigma, latent }] of wanted.evaluations.entries()) {
      expect(evaluations[i]?.sigma).toBeCloseTo(sigma, 4);
      expectClose(evaluations[i]?.latent ?? new Float32Array(), latent);
    }
    expectClose(next?.value instanceof Float32Array ? next.value : new Float32Array(), wanted.end);
  },
);
