import { combine, type Term } from './combine.ts';
import type { Sampler, SamplerInput, SamplerRun } from './sampler.ts';
import { stepsOf } from './steps-of.ts';

/**
 * The third-order multistep form of SDE-DPM-Solver++: k-diffusion's `sample_dpmpp_3m_sde`, η = 1, after Lu et al. 2022
 * (arXiv:2211.01095) and the exponential integrators' φ functions. One evaluation a step.
 *
 * | here | k-diffusion |
 * |---|---|
 * | z | h_eta = 2h, with h = log(σ / σ′) |
 * | phi2, phi3 | φ₂ = (e^(−z) − 1) / z + 1, φ₃ = φ₂ / z − ½ |
 */
export const dpmpp3mSde: Sampler = {
  id: 'dpmpp_3m_sde',
  stochastic: true,
  *run({ start, schedule, noise }: SamplerInput): SamplerRun {
    const latent = Float32Array.from(start);
    // What the model saw one and two steps ago, and the log steps since.
    let [one, two] = [new Float32Array(start.length), new Float32Array(start.length)];
    const steps: number[] = [];
    for (const { sigma, next, timestep, stepsDone } of stepsOf(schedule)) {
      const denoised = yield { latent, sigma, timestep, stepsDone };
      if (next === 0) {
        latent.set(denoised);
        continue;
      }
      const h = Math.log(sigma / next);
      const z = 2 * h;
      const fresh: Term = [next * Math.sqrt(-Math.expm1(-2 * h)), noise()];
      combine(
        latent,
        [Math.exp(-z), latent],
        [-Math.expm1(-z), denoised],
        ...correction(h, steps, denoised, one, two),
        fresh,
      );
      [one, two] = [two, one];
      one.set(denoised);
      steps.unshift(h);
    }
    return latent;
  },
};

/** φ₂ · d₁ − φ₃ · d₂: the divided differences of what the model saw. */
function correction(
  h: number,
  [h1, h2]: readonly number[],
  d0: Float32Array,
  one: Float32Array,
  two: Float32Array,
): Term[] {
  if (h1 === undefined) return [];
  const z = 2 * h;
  const phi2 = Math.expm1(-z) / z + 1;
  const r0 = h1 / h;
  if (h2 === undefined)
    return [
      [phi2 / r0, d0],
      [-phi2 / r0, one],
    ];
  const phi3 = phi2 / z - 0.5;
  const r1 = h2 / h;
  // d₁₀ = (D₀ − D₁) / r₀ and d₁₁ = (D₁ − D₂) / r₁; d₁ = d₁₀ + (d₁₀ − d₁₁) r₀ / (r₀ + r₁); d₂ = (d₁₀ − d₁₁) / (r₀ + r₁).
  const first = phi2 + (phi2 * r0 - phi3) / (r0 + r1);
  const second = -(phi2 * r0 - phi3) / (r0 + r1);
  return [
    [first / r0, d0],
    [second / r1 - first / r0, one],
    [-second / r1, two],
  ];
}
