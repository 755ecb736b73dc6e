import { z } from 'zod';
import { SCHEDULE_IDS } from '../domain/schedules.ts';
import { LIMITS } from './limits.ts';
import { wellFormedText } from './text.ts';

/**
 * What the engine is told to do: every default filled in, every name canonical.
 * `seed` is the seed of picture 0; picture i uses seed + i. The noise uses seed mod 2^32.
 */
export const resolvedSettings = z.object({
  prompt: wellFormedText,
  negative_prompt: wellFormedText,
  seed: z.int().min(0).max(LIMITS.seedMax),
  sampler: z.string().min(1),
  /** How the noise levels are chosen; events of before there was a choice have none. */
  schedule: z.enum(SCHEDULE_IDS).default('automatic'),
  steps: z.int().min(LIMITS.stepsMin).max(LIMITS.stepsMax),
  cfg_scale: z.number().min(LIMITS.cfgScaleMin).max(LIMITS.cfgScaleMax),
  /** Layer of the text encoder, counted from its last, which is 1; events of before there was a choice have none. */
  clip_skip: z.int().min(LIMITS.clipSkipMin).max(LIMITS.clipSkipMax).default(1),
  width: z.int().min(1).max(LIMITS.sideMax),
  height: z.int().min(1).max(LIMITS.sideMax),
  batch_size: z.int().min(1).max(LIMITS.batchSizeMax),
  n_iters: z.int().min(1).max(LIMITS.iterationsMax),
  model: z.string().min(1),
});
export type ResolvedSettings = z.infer<typeof resolvedSettings>;
