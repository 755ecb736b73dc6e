import { describe, expect, it } from 'vitest';
import type { Schedule } from '../schedule/schedule.ts';
import type { Evaluation, Sampler } from './sampler.ts';
import { ENGINE_SAMPLERS } from './samplers.ts';

/** From σ = 10 to σ = 0.1 in even steps of log σ; without a last step to 0, which has an order of its own. */
const START = 10;
const END = 0.1;
const geometric = (steps: number): Schedule => ({
  sigmas: Float32Array.from({ length: steps + 1 }, (_, i) => START * (END / START) ** (i / steps)),
  timesteps: Float32Array.from({ length: steps }, (_, i) => steps - i),
  initialNoiseSigma: START,
  timestepOf: () => 0,
});

/** Data of deviation 1, whose denoiser is known: D(x; σ) = x / (1 + σ²). */
const denoise = ({ latent, sigma }: Evaluation) => latent.map((x) => x / (1 + sigma * sigma));

function drive(sampler: Sampler, schedule: Schedule, start: Float32Array, noise: () => Float32Array): Float32Array {
  const run = sampler.run({ start, schedule, noise });
  let next = run.next();
  while (!next.done) next = run.next(denoise(next.value));
  return next.value;
}

/** Of a deterministic sampler: the distance to the exact path x(σ) = x₀ √(1 + σ²) / √(1 + σ₀²). */
function pathError(sampler: Sampler, steps: number): number {
  const exact = START * Math.sqrt((1 + END ** 2) / (1 + START ** 2));
  const end = drive(sampler, geometric(steps), Float32Array.of(START), () => new Float32Array(1));
  return Math.abs((end[0] ?? 0) - exact);
}

/**
 * Of a stochastic one: the distance of the variance that its latents have at the end to the exact 1 + σ². With this denoiser
 * each step is linear, so the answer to one unit of noise at a time gives the variance without drawing any.
 */
function varianceError(sampler: Sampler, steps: number): number {
  const drawsMax = 2 * steps;
  const start = new Float32Array(drawsMax + 1);
  start[0] = 1;
  let draws = 0;
  const noise = () => {
    const unit = new Float32Array(drawsMax + 1);
    unit[++draws] = 1;
    return unit;
  };
  const [ofStart = 0, ...ofNoise] = drive(sampler, geometric(steps), start, noise);
  const variance = ofStart ** 2 * (1 + START ** 2) + ofNoise.reduce((sum, each) => sum + each ** 2, 0);
  return Math.abs(variance - (1 + END ** 2));
}

/**
 * What each one promises, and from how many steps it is measured: float32 hides what is smaller than its rounding. Multistep methods
 * begin with steps of lower order, which is why the fourth and third order of `lms` and `dpmpp_3m_sde` are not reached whole.
 */
const ORDERS: Readonly<Record<string, { order: number; steps: number }>> = {
  ...{ euler: { order: 1, steps: 40 }, ddim: { order: 1, steps: 40 }, heun: { order: 2, steps: 20 } },
  ...{ dpm2: { order: 2, steps: 20 }, lms: { order: 3.2, steps: 20 }, dpmpp_2m: { order: 2, steps: 20 } },
  ...{ unipc: { order: 3, steps: 12 }, deis: { order: 2, steps: 20 } },
  ...{
    euler_ancestral: { order: 1, steps: 40 },
    ddpm: { order: 1, steps: 40 },
    dpm2_ancestral: { order: 2, steps: 20 },
  },
  ...{ dpmpp_2s_ancestral: { order: 2, steps: 20 }, dpmpp_sde: { order: 2, steps: 20 } },
  ...{ dpmpp_2m_sde: { order: 2, steps: 20 }, dpmpp_3m_sde: { order: 2.2, steps: 24 } },
};

describe('order of convergence', () => {
  it.each(
    [...ENGINE_SAMPLERS.values()].filter(({ id }) => id !== 'lcm').map((sampler) => [sampler.id, sampler] as const),
  )('%s: half the step, and the error shrinks by 2 to the power of its order', (id, sampler) => {
    const { order, steps } = ORDERS[id] ?? { order: 0, steps: 20 };
    const error = sampler.stochastic ? varianceError : pathError;
    const found = Math.log2(error(sampler, steps) / error(sampler, 2 * steps));
    expect(found).toBeGreaterThan(order - 0.2);
    expect(found).toBeLessThan(order + 0.25);
  });

  it('lcm: for a model that jumps to the data, one step is enough', () => {
    const data = Float32Array.of(0.5, -0.25);
    const schedule = { ...geometric(1), sigmas: Float32Array.of(START, 0), timesteps: Float32Array.of(999) };
    const run = ENGINE_SAMPLERS.get('lcm')?.run({ start: Float32Array.of(9, -9), schedule, noise: () => data });
    run?.next();
    const end = run?.next(data).value;
    for (const [i, value] of data.entries()) expect(end instanceof Float32Array && end[i]).toBeCloseTo(value, 5);
  });
});
