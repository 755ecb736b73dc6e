import type { Schedule } from '../schedule/schedule.ts';

/** A sampler asks for the model's opinion of a latent at one noise level. */
export type Evaluation = {
  /** x: the noisy latent of all pictures of the batch, float32. Read before the sampler goes on; it may change then. */
  latent: Float32Array;
  /** σ: its noise level. */
  sigma: number;
  /** The training timestep that the model is told. */
  timestep: number;
  /** Steps that are done before this evaluation. */
  stepsDone: number;
};

/**
 * A sampler as a pure generator: it yields evaluations, is resumed with each one's denoised latent (x₀, same length),
 * and returns the final latent. It does no I/O and keeps no state but its own, so whoever drives it decides about the
 * model, progress and abort. The start latent is not changed; the denoised one may be reused by the driver after the
 * sampler goes on.
 */
export type SamplerRun = Generator<Evaluation, Float32Array, Float32Array>;

/** Standard normal noise of the latent's length: new values at each call, the same sequence in each run. */
export type NoiseSource = () => Float32Array;

export type SamplerInput = { start: Float32Array; schedule: Schedule; noise: NoiseSource };

export type Sampler = {
  /** Canonical id, as in the list of samplers that the whole product shares. */
  id: string;
  /** Whether it asks for noise after the start. */
  stochastic: boolean;
  run(input: SamplerInput): SamplerRun;
};
