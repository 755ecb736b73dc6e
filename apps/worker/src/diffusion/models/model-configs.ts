import { z } from 'zod';

/** The keys that matter of the Diffusers configs; all others are ignored. */

export const modelIndex = z.object({ _class_name: z.string() });

export const textEncoderConfig = z.object({
  max_position_embeddings: z.int().min(3),
  hidden_size: z.int().min(1),
  num_hidden_layers: z.int().min(1).nullish(),
});

export const unetConfig = z.object({
  in_channels: z.int().min(1),
  down_block_types: z.array(z.string()).min(1),
  sample_size: z.union([z.int(), z.tuple([z.int(), z.int()])]).nullish(),
  cross_attention_dim: z.union([z.int(), z.array(z.int())]).nullish(),
});

export const vaeConfig = z.object({
  _class_name: z.string().optional(),
  latent_channels: z.int().min(1),
  scaling_factor: z.number().nullish(),
  shift_factor: z.number().nullish(),
  /** AutoencoderKL */
  block_out_channels: z.array(z.int()).min(1).optional(),
  /** AutoencoderDC */
  decoder_block_out_channels: z.array(z.int()).min(1).optional(),
});
export type VaeConfig = z.infer<typeof vaeConfig>;

/** Each block but one halves (encoder) or doubles (decoder) the sides. */
export function vaeScaleFactor(config: VaeConfig): number | null {
  const blocks = config.block_out_channels ?? config.decoder_block_out_channels;
  return blocks ? 2 ** (blocks.length - 1) : null;
}

/** Stable Diffusion 1.x's factor, which older exports leave out (diffusers' default of AutoencoderKL). */
const KL_SCALING_FACTOR = 0.18215;

export function latentScale(config: VaeConfig): number {
  return config.scaling_factor ?? (config._class_name === 'AutoencoderDC' ? 1 : KL_SCALING_FACTOR);
}
