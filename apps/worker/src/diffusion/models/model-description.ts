import type { ModelInfo } from '@darkroom/shared/schemas/model-info';
import type { SchedulerConfig } from '../schedule/scheduler-config.ts';
import type { PreviewMap } from './darkroom-file.ts';

/**
 * Everything that the engine must know of one model, read from its configs. Plain data: it travels from the front,
 * which lists models, to the inference process, which loads them.
 */
export type ModelDescription = {
  info: ModelInfo;
  /** Absolute path. */
  folder: string;
  /** Pixels of the picture per latent value, along one side. */
  vaeScaleFactor: number;
  latentChannels: number;
  /** The decoder is given latent / latentScale + latentShift. */
  latentScale: number;
  latentShift: number;
  /** Ids that the text encoder takes at once, start and end markers counted. */
  sequenceLength: number;
  scheduler: SchedulerConfig;
  /** Null: no previews. */
  preview: PreviewMap | null;
};

/** Files of the Diffusers ONNX layout, relative to the model's folder. */
export const MODEL_FILES = {
  index: 'model_index.json',
  darkroom: 'darkroom.json',
  tokenizerConfig: 'tokenizer/tokenizer_config.json',
  specialTokens: 'tokenizer/special_tokens_map.json',
  tokenizer: 'tokenizer/tokenizer.json',
  vocabulary: 'tokenizer/vocab.json',
  merges: 'tokenizer/merges.txt',
  textEncoderConfig: 'text_encoder/config.json',
  textEncoder: 'text_encoder/model.onnx',
  unetConfig: 'unet/config.json',
  unet: 'unet/model.onnx',
  vaeDecoderConfig: 'vae_decoder/config.json',
  vaeDecoder: 'vae_decoder/model.onnx',
  schedulerConfig: 'scheduler/scheduler_config.json',
} as const;
