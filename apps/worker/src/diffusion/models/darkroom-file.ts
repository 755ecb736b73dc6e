import { LIMITS } from '@darkroom/shared/schemas/limits';
import { modelVocabulary } from '@darkroom/shared/schemas/model-info';
import { z } from 'zod';

/**
 * A linear map from a latent to a small picture: each latent value's channels (and a constant 1) times `matrix` give
 * a block of `block` × `block` RGB pixels in −1…1, row by row. Fitted once per kind of latent.
 */
const previewMap = z
  .object({
    block: z.int().min(1).max(8),
    /** One row a channel, the constant's row last; `3 · block²` numbers each. */
    matrix: z.array(z.array(z.number())),
  })
  .refine(({ block, matrix }) => matrix.every((row) => row.length === 3 * block * block), {
    error: 'each row of the preview matrix must have 3 · block² numbers',
  });
export type PreviewMap = z.infer<typeof previewMap>;

const side = z.int().min(1).max(LIMITS.sideMax);

/** `darkroom.json`: what a model's folder may say beside the Diffusers layout. Everything in it may be left out. */
export const darkroomFile = z.strictObject({
  title: z.string().min(1).optional(),
  description: z.string().min(1).optional(),
  /** Prompts that this model does well. */
  examples: z.array(z.string().min(1)).default([]),
  vocabulary: modelVocabulary.optional(),
  defaults: z
    .strictObject({
      width: side.optional(),
      height: side.optional(),
      steps: z.int().min(LIMITS.stepsMin).max(LIMITS.stepsMax).optional(),
      cfg_scale: z.number().min(LIMITS.cfgScaleMin).max(LIMITS.cfgScaleMax).optional(),
      sampler: z.string().min(1).optional(),
    })
    .default({}),
  min_side: side.optional(),
  max_side: side.optional(),
  preview: previewMap.optional(),
});
export type DarkroomFile = z.infer<typeof darkroomFile>;
