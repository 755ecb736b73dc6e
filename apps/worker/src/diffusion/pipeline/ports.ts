/**
 * What the pipeline needs of a model. The real ones run onnxruntime, tests use a toy. Arrays are float32, row-major.
 * Every call yields to the event loop at least once, so that an abort message is seen between steps.
 */
import type { ClipTokenizer } from '../tokenizer/clip-tokenizer.ts';

export type LatentSize = { channels: number; height: number; width: number };

export type TextEncoder = {
  /** Hidden states of some rows of ids: rows × length × width, at a layer counted from the last, which is 1. */
  encode(rows: readonly (readonly number[])[], clipSkip: number): Promise<Float32Array>;
};

export type Denoiser = {
  /** How many hidden states the graph takes, where that number is fixed in it; null: any. */
  readonly statesMax: number | null;
  /** A distilled model is told the guidance instead of being run twice (LCM's w). */
  readonly isToldGuidance: boolean;
  /** Makes ready for one job: its buffers and its conditioning (`rows` × length × width) are used by every step. */
  prepare(job: { rows: number; size: LatentSize; states: Float32Array; cfgScale: number }): PreparedDenoiser;
};

export type PreparedDenoiser = {
  /** rows × channels × height × width, to be filled before each call of `predict`. */
  readonly input: Float32Array;
  /** The model's raw output for `input` at a training timestep; the same array each time. */
  predict(timestep: number): Promise<Float32Array>;
};

export type LatentDecoder = {
  /** One latent (already scaled for the decoder) to 3 × height × width in −1…1. */
  decode(latent: Float32Array, size: LatentSize): Promise<Float32Array>;
};

export type PipelineModel = {
  tokenizer: ClipTokenizer;
  textEncoder: TextEncoder;
  denoiser: Denoiser;
  decoder: LatentDecoder;
};
