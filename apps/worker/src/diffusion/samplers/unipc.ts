import { combine } from './combine.ts';
import type { Sampler, SamplerInput, SamplerRun } from './sampler.ts';
import { stepsOf } from './steps-of.ts';

/**
 * Zhao et al. 2023, "UniPC: A Unified Predictor-Corrector Framework for Fast Sampling of Diffusion Models" (arXiv:2302.04867):
 * UniPC-2 for data prediction with B(h) = e^h − 1 (`bh2`), algorithms 5 and 6; the defaults of diffusers' `UniPCMultistepScheduler`.
 * The corrector uses the evaluation at the predicted point, so there is one evaluation a step. The first and the last step have
 * order 1.
 *
 * | here | paper |
 * |---|---|
 * | z | −h, with h = λ(tᵢ) − λ(tᵢ₋₁) and λ = −log σ |
 * | b | B(h) of data prediction, e^(−h) − 1 |
 * | ratio | r₁ = (λ(tᵢ₋₂) − λ(tᵢ₋₁)) / h |
 */
export const unipc: Sampler = {
  id: 'unipc',
  stochastic: false,
  *run({ start, schedule }: SamplerInput): SamplerRun {
    const latent = Float32Array.from(start);
    // Where the last step began, and what the model saw there and one step before.
    const origin = new Float32Array(start.length);
    let [data, dataBefore] = [new Float32Array(start.length), new Float32Array(start.length)];
    let last: Move | null = null;
    for (const { sigma, next, timestep, stepsDone } of stepsOf(schedule)) {
      const denoised = yield { latent, sigma, timestep, stepsDone };
      if (last) correct(latent, origin, { data, dataBefore, denoised }, last);
      [data, dataBefore] = [dataBefore, data];
      data.set(denoised);
      origin.set(latent);
      const h = Math.log(sigma / next);
      const move: Move = { keep: next / sigma, h, ratio: last && next > 0 ? -last.h / h : null };
      predict(latent, data, dataBefore, move);
      last = move;
    }
    return latent;
  },
};

/** A step from σ to σ′: σ′ / σ, its log step, and r₁ where the step has order 2. */
type Move = { keep: number; h: number; ratio: number | null };

/** Algorithm 6, UniP: x ← keep · x − b · m₀ − b · ½ · (m₁ − m₀) / r₁. */
function predict(latent: Float32Array, data: Float32Array, dataBefore: Float32Array, { keep, ratio }: Move): void {
  const b = keep - 1;
  if (ratio === null) combine(latent, [keep, latent], [-b, data]);
  else combine(latent, [keep, latent], [-b + b / (2 * ratio), data], [-b / (2 * ratio), dataBefore]);
}

type Seen = { data: Float32Array; dataBefore: Float32Array; denoised: Float32Array };

/** Algorithm 5, UniC, with what the model saw at the point that was predicted. */
function correct(latent: Float32Array, origin: Float32Array, seen: Seen, { keep, h, ratio }: Move): void {
  const { data, dataBefore, denoised } = seen;
  const b = keep - 1;
  if (ratio === null) {
    combine(latent, [keep, origin], [-b + b / 2, data], [-b / 2, denoised]);
    return;
  }
  // ρ₁ + ρ₂ = c₁ and r₁ ρ₁ + ρ₂ = c₂: equation 8 of the paper.
  const z = -h;
  const phi1 = b / z - 1;
  const phi2 = phi1 / z - 0.5;
  const [c1, c2] = [phi1 / b, (2 * phi2) / b];
  const rho1 = (c1 - c2) / (1 - ratio);
  const rho2 = c1 - rho1;
  combine(
    latent,
    [keep, origin],
    [-b + (b * rho1) / ratio + b * rho2, data],
    [-(b * rho1) / ratio, dataBefore],
    [-b * rho2, denoised],
  );
}
