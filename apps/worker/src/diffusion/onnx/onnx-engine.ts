import { createHash } from 'node:crypto';
import { DarkroomError } from '@darkroom/shared/errors/darkroom-error';
import type { Engine, EngineMessage, RenderJob } from '../engine/engine.ts';
import { PreviewEncoder } from '../engine/preview-encoder.ts';
import type { PromptWarning } from '../pipeline/conditioning.ts';
import { latentSize, type RenderObserver, renderPictures } from '../pipeline/render-pictures.ts';
import { encodePng } from '../png/encode-png.ts';
import { pictureTexts } from '../png/parameters-text.ts';
import { ENGINE_SAMPLERS } from '../samplers/samplers.ts';
import { chooseProvider } from './choose-provider.ts';
import { loadModel } from './load-model.ts';
import { modelBytes } from './model-bytes.ts';
import { ModelCache } from './model-cache.ts';
import { ONNXRUNTIME_VERSION } from './onnxruntime.ts';
import { type ExecutionProvider, hasProviderLibrary } from './provider-library.ts';

export type OnnxEngineOptions = {
  threads: number;
  /** `auto`: CUDA where it can be had, else CPU. */
  executionProvider: ExecutionProvider | 'auto';
  /** Bytes of files of the models that stay loaded together. */
  modelsBytesMax: number;
  now: () => number;
  /** One sentence for the operator. */
  warn: (sentence: string) => void;
};

/** Stable Diffusion on onnxruntime. */
export function createOnnxEngine(options: OnnxEngineOptions): Engine {
  const identity = { name: 'onnxruntime', version: ONNXRUNTIME_VERSION };
  const models = new ModelCache(
    options.modelsBytesMax,
    modelBytes,
    chooseProvider({ ...options, hasLibrary: hasProviderLibrary }, loadModel),
  );
  return {
    identity,
    async render(job, emit, { signal } = {}) {
      const { now } = options;
      const started = now();
      const { settings } = job.request;
      const steps = settings.steps * settings.n_iters;
      emit({ type: 'progress', phase: 'loading', step: 0, steps, pictures: 0, elapsed_ms: 0 });
      const model = await models.get(job.model);
      signal?.throwIfAborted();
      const loadMs = now() - started;
      const inferenceBefore = model.inferenceMs();
      const output = pictureOutput(job, emit, { started, now, engine: `onnxruntime ${ONNXRUNTIME_VERSION}` });
      const sampler = ENGINE_SAMPLERS.get(settings.sampler);
      if (!sampler) throw new DarkroomError('SETTINGS_REFUSED', `The sampler "${settings.sampler}" is not known here`);
      const input = { settings, description: job.model, model, sampler, now };
      const summary = await renderPictures(input, output.observer, { signal });
      emit({
        type: 'done',
        timings: {
          total_ms: now() - started,
          inference_ms: model.inferenceMs() - inferenceBefore,
          load_ms: loadMs,
          encode_ms: summary.encodeMs,
          denoise_ms: summary.denoiseMs,
          decode_ms: summary.decodeMs - output.pngMs(),
          png_ms: output.pngMs(),
        },
        model_digest: job.model.info.digest,
        engine: { ...identity, execution_provider: model.executionProvider },
        warnings: summary.warnings.map(sentenceOf),
      });
    },
  };
}

/** Turns what the pipeline reports into lines of the stream. */
function pictureOutput(
  { request: { settings }, model }: RenderJob,
  emit: (message: EngineMessage) => void,
  { started, now, engine }: { started: number; now: () => number; engine: string },
): { observer: RenderObserver; pngMs: () => number } {
  const previews = model.preview ? new PreviewEncoder(model.preview, latentSize(settings, model), now) : null;
  let pngMs = 0;
  const observer: RenderObserver = {
    progress({ denoised, ...progress }) {
      const preview = denoised && progress.step < progress.steps ? previews?.encode(denoised) : undefined;
      emit({ type: 'progress', ...progress, elapsed_ms: now() - started, ...(preview ? { preview } : {}) });
    },
    picture({ index, seed, ...picture }) {
      const pngStarted = now();
      const texts = pictureTexts({ settings, seed, index, modelDigest: model.info.digest, engine });
      const png = encodePng(picture, texts);
      const sha256 = createHash('sha256').update(png).digest('hex');
      pngMs += now() - pngStarted;
      emit({ type: 'image', index, seed, width: picture.width, height: picture.height, sha256, png });
    },
  };
  return { observer, pngMs: () => pngMs };
}

function sentenceOf({ field, tokensCut, tokensMax }: PromptWarning): string {
  const name = field === 'prompt' ? 'prompt' : 'negative prompt';
  const [tokens, were] = tokensCut === 1 ? ['token', 'was'] : [`${tokensCut} tokens`, 'were'];
  return `The last ${tokens} of the ${name} ${were} cut: this model reads ${tokensMax}`;
}
