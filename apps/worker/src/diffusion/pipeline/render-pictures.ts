import type { Abortable } from '@darkroom/shared/lifecycle/abortable';
import type { ResolvedSettings } from '@darkroom/shared/schemas/resolved-settings';
import type { ModelDescription } from '../models/model-description.ts';
import { TorchNormal } from '../noise/torch-normal.ts';
import type { NoiseSource, Sampler } from '../samplers/sampler.ts';
import { makeSchedule, type Schedule } from '../schedule/schedule.ts';
import { batchStates, encodePrompts, type PromptWarning } from './conditioning.ts';
import { decodedPicture, type Picture } from './decoded-picture.ts';
import { GuidedDenoiser } from './guided-denoiser.ts';
import { pictureSeed } from './picture-seed.ts';
import type { LatentSize, PipelineModel } from './ports.ts';

export type RenderProgress = {
  phase: 'encoding' | 'denoising' | 'decoding';
  /** Steps done over all iterations, and to do in all. */
  step: number;
  steps: number;
  pictures: number;
  /** The denoised latents of the batch in work; only while it is called. */
  denoised?: Float32Array;
};

export type RenderObserver = {
  progress(progress: RenderProgress): void;
  /** `latent` is the final one of this picture, before the decoder; only while it is called. */
  picture(picture: Picture & { index: number; seed: number; latent: Float32Array }): void;
};

export type RenderSummary = { warnings: PromptWarning[]; encodeMs: number; denoiseMs: number; decodeMs: number };

export type RenderInput = {
  settings: ResolvedSettings;
  description: ModelDescription;
  model: PipelineModel;
  sampler: Sampler;
  /** Milliseconds, monotonic. */
  now: () => number;
};

/**
 * Text to pictures: prompts → hidden states, noise → latents (one batch an iteration, one model call a step) → pictures.
 * Pure orchestration over the model's ports. Picture `i` starts from the noise of its own seed, whatever the batch.
 * Looks at `signal` between steps and between pictures.
 */
export async function renderPictures(
  input: RenderInput,
  observer: RenderObserver,
  { signal }: Abortable = {},
): Promise<RenderSummary> {
  const { settings, model, now } = input;
  const steps = settings.steps * settings.n_iters;
  const summary: RenderSummary = { warnings: [], encodeMs: 0, denoiseMs: 0, decodeMs: 0 };
  const started = now();
  observer.progress({ phase: 'encoding', step: 0, steps, pictures: 0 });
  const guided = isGuided(input);
  const conditioning = await encodePrompts(model, {
    ...{ prompt: settings.prompt, negativePrompt: settings.negative_prompt },
    ...{ guided, clipSkip: settings.clip_skip },
  });
  summary.warnings = conditioning.warnings;
  summary.encodeMs = now() - started;

  const job = prepareJob(input, batchStates(conditioning, settings.batch_size));
  for (let iteration = 0; iteration < settings.n_iters; iteration++) {
    const first = iteration * settings.batch_size;
    const denoiseStarted = now();
    const latents = await denoiseBatch(input, job, { iteration, steps }, observer, signal);
    summary.denoiseMs += now() - denoiseStarted;
    const decodeStarted = now();
    const stepsDone = (iteration + 1) * settings.steps;
    observer.progress({ phase: 'decoding', step: stepsDone, steps, pictures: first });
    for (let place = 0; place < settings.batch_size; place++) {
      signal?.throwIfAborted();
      const index = first + place;
      const latent = latents.subarray(place * job.latentLength, (place + 1) * job.latentLength);
      const picture = await decodePicture(input, latent, job.size);
      observer.picture({ ...picture, index, seed: pictureSeed(settings.seed, index), latent });
      observer.progress({ phase: 'decoding', step: stepsDone, steps, pictures: index + 1 });
    }
    summary.decodeMs += now() - decodeStarted;
  }
  return summary;
}

type PreparedJob = { size: LatentSize; latentLength: number; schedule: Schedule; denoiser: GuidedDenoiser };

/** Whether each step runs the model on the negative prompt as well. */
function isGuided({ settings, model }: RenderInput): boolean {
  return settings.cfg_scale !== 1 && !model.denoiser.isToldGuidance;
}

function prepareJob(input: RenderInput, states: Float32Array): PreparedJob {
  const { settings, description, model } = input;
  const size = latentSize(settings, description);
  const latentLength = size.channels * size.height * size.width;
  const guided = isGuided(input);
  const rows = settings.batch_size * (guided ? 2 : 1);
  return {
    size,
    latentLength,
    schedule: makeSchedule(description.scheduler, settings.steps, settings),
    denoiser: new GuidedDenoiser(model.denoiser.prepare({ rows, size, states, cfgScale: settings.cfg_scale }), {
      prediction: description.scheduler.prediction_type,
      cfgScale: guided ? settings.cfg_scale : null,
      latentLength: latentLength * settings.batch_size,
    }),
  };
}

export function latentSize(
  settings: Pick<ResolvedSettings, 'width' | 'height'>,
  description: Pick<ModelDescription, 'latentChannels' | 'vaeScaleFactor'>,
): LatentSize {
  return {
    channels: description.latentChannels,
    height: settings.height / description.vaeScaleFactor,
    width: settings.width / description.vaeScaleFactor,
  };
}

async function denoiseBatch(
  { settings, sampler }: RenderInput,
  { latentLength, schedule, denoiser }: PreparedJob,
  { iteration, steps }: { iteration: number; steps: number },
  observer: RenderObserver,
  signal: AbortSignal | undefined,
): Promise<Float32Array> {
  const first = iteration * settings.batch_size;
  const stepsBefore = iteration * settings.steps;
  const noise = batchNoise(settings, first, latentLength);
  const start = noise().map((value) => value * schedule.initialNoiseSigma);
  const run = sampler.run({ start, schedule, noise });
  let next = run.next();
  while (!next.done) {
    signal?.throwIfAborted();
    const stepsDone = next.value.stepsDone;
    const denoised = await denoiser.denoise(next.value);
    next = run.next(denoised);
    const done = next.done ? settings.steps : next.value.stepsDone;
    if (done > stepsDone) {
      observer.progress({ phase: 'denoising', step: stepsBefore + done, steps, pictures: first, denoised });
    }
  }
  return next.value;
}

/**
 * Standard normal noise for a batch: each picture's from a generator of its own seed, which starts its latent and then serves its
 * stochastic steps, as in diffusers and A1111. So a picture does not depend on the batch it is made in.
 */
function batchNoise(
  settings: Pick<ResolvedSettings, 'seed' | 'batch_size'>,
  first: number,
  latentLength: number,
): NoiseSource {
  const generators = Array.from(
    { length: settings.batch_size },
    (_, place) => new TorchNormal(pictureSeed(settings.seed, first + place)),
  );
  return () => {
    const noise = new Float32Array(generators.length * latentLength);
    for (const [place, generator] of generators.entries())
      noise.set(generator.next(latentLength), place * latentLength);
    return noise;
  };
}

async function decodePicture({ settings, description, model }: RenderInput, latent: Float32Array, size: LatentSize) {
  const scaled = latent.map((value) => value / description.latentScale + description.latentShift);
  return decodedPicture(await model.decoder.decode(scaled, size), settings.width, settings.height);
}
