import { DarkroomError } from '@darkroom/shared/errors/darkroom-error';
import type { Evaluation } from '../samplers/sampler.ts';
import type { PredictionType } from '../schedule/scheduler-config.ts';
import type { PreparedDenoiser } from './ports.ts';

/**
 * D(x; σ): the denoised latents of a batch, from the model's raw output with classifier-free guidance
 * (Ho & Salimans 2022, arXiv:2207.12598, equation 6): out = negative + cfg · (positive − negative).
 *
 * The model is given x / √(σ² + 1) (Karras et al. 2022, table 1, "VP" preconditioning as diffusers has it). Its output is
 * - `epsilon`: the noise, D = x − σ · out;
 * - `v_prediction` (Salimans & Ho 2022, arXiv:2202.00512): D = x / (σ² + 1) − out · σ / √(σ² + 1);
 * - `sample`: D itself.
 */
export class GuidedDenoiser {
  readonly #model: PreparedDenoiser;
  readonly #prediction: PredictionType;
  readonly #cfgScale: number | null;
  readonly #denoised: Float32Array;

  /** `cfgScale` null: no guidance, the model has only the positive rows. */
  constructor(
    model: PreparedDenoiser,
    options: { prediction: PredictionType; cfgScale: number | null; latentLength: number },
  ) {
    this.#model = model;
    this.#prediction = options.prediction;
    this.#cfgScale = options.cfgScale;
    this.#denoised = new Float32Array(options.latentLength);
  }

  /** The same array at each call. Throws `NON_FINITE_OUTPUT` as soon as one value is not a number. */
  async denoise({ latent, sigma, timestep }: Evaluation): Promise<Float32Array> {
    const { input } = this.#model;
    const length = latent.length;
    const divisor = Math.fround(Math.sqrt(Math.fround(Math.fround(sigma * sigma) + 1)));
    for (let i = 0; i < length; i++) input[i] = (latent[i] ?? 0) / divisor;
    if (this.#cfgScale !== null) input.copyWithin(length, 0, length);
    const output = await this.#model.predict(timestep);
    if (this.#cfgScale !== null) guide(output, length, this.#cfgScale);
    this.#toDenoised(latent, output, sigma);
    return this.#denoised;
  }

  #toDenoised(latent: Float32Array, output: Float32Array, sigma: number): void {
    const [latentFactor, outputFactor] = factors(this.#prediction, sigma);
    const denoised = this.#denoised;
    let sum = 0;
    for (let i = 0; i < denoised.length; i++) {
      const value = Math.fround((output[i] ?? 0) * outputFactor) + Math.fround((latent[i] ?? 0) * latentFactor);
      denoised[i] = value;
      sum += value;
    }
    // One value that is not finite makes the sum so; finite float32 values cannot overflow a float64 sum.
    if (!Number.isFinite(sum)) throw nonFiniteOutput('the denoiser');
  }
}

/** Replaces the first half (negative rows) by the guided output. */
function guide(output: Float32Array, length: number, cfgScale: number): void {
  for (let i = 0; i < length; i++) {
    const negative = output[i] ?? 0;
    output[i] = negative + Math.fround(cfgScale * Math.fround((output[length + i] ?? 0) - negative));
  }
}

/** [of x, of the output] in D. */
function factors(prediction: PredictionType, sigma: number): [number, number] {
  const variance = Math.fround(Math.fround(sigma * sigma) + 1);
  switch (prediction) {
    case 'epsilon':
      return [1, -sigma];
    case 'v_prediction':
      return [1 / variance, Math.fround(-sigma / Math.fround(Math.sqrt(variance)))];
    case 'sample':
      return [0, 1];
  }
}

export function nonFiniteOutput(part: string): DarkroomError {
  return new DarkroomError('NON_FINITE_OUTPUT', `${part} gave values that are not finite numbers`, {
    context: { part },
  });
}
