import type { PreviewMap } from '../models/darkroom-file.ts';

/**
 * The widely used linear approximation of Stable Diffusion 1.x/2.x's decoder (Keturn, "Decoding latents to RGB without
 * upscaling", Hugging Face forum, 2022): RGB of one pixel from the 4 channels of a scaled latent.
 */
const FACTORS = [
  [0.298, 0.207, 0.208],
  [0.187, 0.286, 0.173],
  [-0.158, 0.189, 0.264],
  [-0.184, -0.271, -0.473],
  [0, 0, 0],
];
/** The latents that the factors were fitted to, told from others (SDXL: 0.13025) by their scale. */
const FITTED = { latentChannels: 4, scalingFactor: 0.18215 };

export function stableDiffusionPreview(vae: {
  latent_channels: number;
  scaling_factor?: number | null | undefined;
}): PreviewMap | null {
  const scale = vae.scaling_factor ?? FITTED.scalingFactor;
  const fits = vae.latent_channels === FITTED.latentChannels && Math.abs(scale - FITTED.scalingFactor) < 1e-6;
  return fits ? { block: 1, matrix: FACTORS } : null;
}
