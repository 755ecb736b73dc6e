import { z } from 'zod';

/** The words that a small model was taught, so that the form can offer them. */
export const modelVocabulary = z.strictObject({
  /** Things it draws, without articles: "dog". */
  things: z.array(z.string().min(1)).min(1),
  /** Words that set the manner: "a dog, 3d". */
  styles: z.array(z.string().min(1)).default([]),
  /** Colours of a thing and of the page: "a red car", "a car on a red background". */
  colours: z.array(z.string().min(1)).default([]),
  /** It draws two things side by side: "a cat and a tree". */
  pairs: z.boolean().default(false),
});
export type ModelVocabulary = z.infer<typeof modelVocabulary>;

/** What a diffusion service says of one model it can run. All sizes come from the model's own configs. */
export const modelInfo = z.object({
  /** Name of the folder (or of the file without extension); how requests name it. */
  id: z.string().min(1),
  title: z.string(),
  description: z.string().nullable(),
  /** SHA-256 over names and bytes of the model's files: the same digest, the same pictures. */
  digest: z.string(),
  format: z.enum(['diffusers-onnx', 'safetensors']),
  default_width: z.int(),
  default_height: z.int(),
  /** Width and height must be multiples of this many pixels. */
  size_multiple: z.int().min(1),
  min_side: z.int(),
  max_side: z.int(),
  default_sampler: z.string(),
  samplers: z.array(z.string()),
  default_steps: z.int(),
  default_cfg_scale: z.number(),
  /** Tokens a prompt may have in one chunk, start and end markers not counted. */
  prompt_tokens: z.int(),
  /** How deep `clip_skip` may go: 1 where only the last layer of the text encoder can be had. */
  clip_skip_max: z.int().min(1).default(1),
  /** Prompts this model is known to do well, for the form and empty pages. */
  examples: z.array(z.string()),
  /** What it was taught; null for a model that knows far more than a list (and in events written before there was one). */
  vocabulary: modelVocabulary.nullable().default(null),
});
export type ModelInfo = z.infer<typeof modelInfo>;

/** What looks like a model and cannot be used, with the reason in one sentence. */
export const unusableModel = z.object({ id: z.string(), reason: z.string() });
export type UnusableModel = z.infer<typeof unusableModel>;
