import { findSampler } from '@darkroom/shared/domain/samplers';
import { LIMITS } from '@darkroom/shared/schemas/limits';
import type { ModelInfo } from '@darkroom/shared/schemas/model-info';
import { stableDiffusionPreview } from '../pipeline/stable-diffusion-preview.ts';
import { ENGINE_SAMPLERS } from '../samplers/samplers.ts';
import { schedulerConfig } from '../schedule/scheduler-config.ts';
import { type DarkroomFile, darkroomFile } from './darkroom-file.ts';
import { latentScale, modelIndex, textEncoderConfig, unetConfig, vaeConfig, vaeScaleFactor } from './model-configs.ts';
import { MODEL_FILES, type ModelDescription } from './model-description.ts';
import { modelFileReader } from './model-file-reader.ts';
import { modelUnavailable } from './model-unavailable.ts';

const DEFAULT_STEPS = 20;
const DEFAULT_CFG_SCALE = 7;
const DEFAULT_SIDE = 512;

/** A description without the digest, which takes reading every byte. */
export type UndigestedModel = Omit<ModelDescription, 'info'> & { info: Omit<ModelInfo, 'digest'> };

/**
 * Reads the configs of a Diffusers ONNX folder. `files` are the names of all its files, relative, with `/`.
 * Throws `MODEL_UNAVAILABLE` that names the file which is missing, broken or not supported.
 */
export async function readModelFolder(
  id: string,
  folder: string,
  files: ReadonlySet<string>,
): Promise<UndigestedModel> {
  const read = modelFileReader(id, folder);
  await read.json(MODEL_FILES.index, modelIndex);
  requireFiles(id, files);
  const [text, unet, vae, scheduler, own] = await Promise.all([
    read.json(MODEL_FILES.textEncoderConfig, textEncoderConfig),
    read.json(MODEL_FILES.unetConfig, unetConfig),
    read.json(MODEL_FILES.vaeDecoderConfig, vaeConfig),
    read.json(MODEL_FILES.schedulerConfig, schedulerConfig),
    read.optionalJson(MODEL_FILES.darkroom, darkroomFile),
  ]);
  const scale = vaeScaleFactor(vae);
  if (scale === null) {
    throw modelUnavailable(id, 'neither block_out_channels nor decoder_block_out_channels is given', {
      file: MODEL_FILES.vaeDecoderConfig,
    });
  }
  if (unet.in_channels !== vae.latent_channels) {
    throw modelUnavailable(
      id,
      `the UNet takes ${unet.in_channels} channels, the decoder ${vae.latent_channels}: inpainting and other variants are not supported`,
      { file: MODEL_FILES.unetConfig },
    );
  }
  const [sampleHeight, sampleWidth] = Array.isArray(unet.sample_size)
    ? unet.sample_size
    : [unet.sample_size ?? DEFAULT_SIDE / scale, unet.sample_size ?? DEFAULT_SIDE / scale];
  const info = modelInfoOf(id, own ?? darkroomFile.parse({}), {
    // Every level of the UNet but the last halves the latent, and its way up must meet the same sizes.
    sizeMultiple: scale * 2 ** (unet.down_block_types.length - 1),
    width: sampleWidth * scale,
    height: sampleHeight * scale,
    promptTokens: text.max_position_embeddings - 2,
    clipSkipMax: Math.min(text.num_hidden_layers ?? 1, LIMITS.clipSkipMax),
  });
  checkOwnFile(id, info, own);
  return {
    info,
    folder,
    vaeScaleFactor: scale,
    latentChannels: vae.latent_channels,
    latentScale: latentScale(vae),
    latentShift: vae.shift_factor ?? 0,
    sequenceLength: text.max_position_embeddings,
    scheduler,
    preview: own?.preview ?? stableDiffusionPreview(vae),
  };
}

function requireFiles(id: string, files: ReadonlySet<string>): void {
  const graphs = [MODEL_FILES.textEncoder, MODEL_FILES.unet, MODEL_FILES.vaeDecoder];
  const tokenizer = files.has(MODEL_FILES.tokenizer) ? [] : [MODEL_FILES.vocabulary, MODEL_FILES.merges];
  for (const file of [...tokenizer, ...graphs]) {
    if (!files.has(file)) throw modelUnavailable(id, 'the file is missing', { file });
  }
}

function modelInfoOf(
  id: string,
  own: DarkroomFile,
  sizes: { sizeMultiple: number; width: number; height: number; promptTokens: number; clipSkipMax: number },
): Omit<ModelInfo, 'digest'> {
  const { sizeMultiple } = sizes;
  return {
    id,
    title: own.title ?? id,
    description: own.description ?? null,
    format: 'diffusers-onnx',
    default_width: own.defaults.width ?? sizes.width,
    default_height: own.defaults.height ?? sizes.height,
    size_multiple: sizeMultiple,
    min_side: own.min_side ?? Math.ceil(LIMITS.sideMin / sizeMultiple) * sizeMultiple,
    max_side: own.max_side ?? Math.floor(LIMITS.sideMax / sizeMultiple) * sizeMultiple,
    default_sampler: findSampler(own.defaults.sampler ?? 'euler')?.id ?? '',
    samplers: [...ENGINE_SAMPLERS.keys()],
    default_steps: own.defaults.steps ?? DEFAULT_STEPS,
    default_cfg_scale: own.defaults.cfg_scale ?? DEFAULT_CFG_SCALE,
    prompt_tokens: sizes.promptTokens,
    clip_skip_max: sizes.clipSkipMax,
    examples: own.examples,
    vocabulary: own.vocabulary ?? null,
  };
}

function checkOwnFile(id: string, info: Omit<ModelInfo, 'digest'>, own: DarkroomFile | null): void {
  const file = own === null ? MODEL_FILES.unetConfig : MODEL_FILES.darkroom;
  const sides = [info.default_width, info.default_height, info.min_side, info.max_side];
  if (sides.some((side) => side % info.size_multiple !== 0)) {
    throw modelUnavailable(id, `sizes must be multiples of ${info.size_multiple}`, { file });
  }
  if (!info.samplers.includes(info.default_sampler)) throw modelUnavailable(id, 'defaults.sampler: unknown', { file });
}
