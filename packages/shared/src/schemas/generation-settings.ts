import { z } from 'zod';
import { LIMITS } from './limits.ts';
import { decimalInteger, decimalNumber } from './numbers.ts';
import { textUpTo } from './text.ts';

const name = textUpTo(200).min(1, 'must not be empty');

/**
 * The settings as a request gives them. Absent fields get their defaults when the request is resolved against a model;
 * unknown keys are refused, so that a misspelt one is never silently ignored.
 */
export const generationSettingsRequest = z.strictObject({
  prompt: textUpTo(LIMITS.promptCharactersMax),
  negative_prompt: textUpTo(LIMITS.promptCharactersMax).optional(),
  /** Absent, null and −1 ask for a random seed. */
  seed: decimalInteger(-1, LIMITS.seedMax).nullish(),
  sampler_name: name.optional(),
  /** A1111's "schedule type". */
  scheduler: name.optional(),
  batch_size: decimalInteger(1, LIMITS.batchSizeMax).optional(),
  n_iters: decimalInteger(1, LIMITS.iterationsMax).optional(),
  steps: decimalInteger(LIMITS.stepsMin, LIMITS.stepsMax).optional(),
  cfg_scale: decimalNumber(LIMITS.cfgScaleMin, LIMITS.cfgScaleMax).optional(),
  /** A1111's "Clip skip": the prompt is read at this layer of the text encoder, counted from the last, which is 1. */
  clip_skip: decimalInteger(LIMITS.clipSkipMin, LIMITS.clipSkipMax).optional(),
  width: decimalInteger(LIMITS.sideMin, LIMITS.sideMax).optional(),
  height: decimalInteger(LIMITS.sideMin, LIMITS.sideMax).optional(),
  model: name.optional(),
});
export type GenerationSettingsRequest = z.infer<typeof generationSettingsRequest>;

export const metadata = z
  .record(
    textUpTo(LIMITS.metadataKeyCharactersMax).min(1, 'a key must not be empty'),
    textUpTo(LIMITS.metadataValueCharactersMax),
  )
  .refine((entries) => Object.keys(entries).length <= LIMITS.metadataEntriesMax, {
    error: `must have at most ${LIMITS.metadataEntriesMax} entries`,
  });

/** The body of `POST /images/`. */
export const imageRequest = z.strictObject({
  generation_settings: generationSettingsRequest,
  metadata: metadata.optional(),
});
export type ImageRequest = z.infer<typeof imageRequest>;

/**
 * The settings as they are echoed: the eleven fields with defaults and the true seed filled in, further ones only where the
 * request gave them, names as they were sent.
 * Clients compare this object for equality.
 */
export const generationSettings = z.object({
  prompt: z.string(),
  negative_prompt: z.string(),
  seed: z.int(),
  sampler_name: z.string(),
  scheduler: z.string().optional(),
  batch_size: z.int(),
  n_iters: z.int(),
  steps: z.int(),
  cfg_scale: z.number(),
  clip_skip: z.int().optional(),
  width: z.int(),
  height: z.int(),
  model: z.string(),
});
export type GenerationSettings = z.infer<typeof generationSettings>;
