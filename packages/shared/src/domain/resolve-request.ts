import type { GenerationSettings, ImageRequest } from '../schemas/generation-settings.ts';
import { LIMITS } from '../schemas/limits.ts';
import type { ModelInfo } from '../schemas/model-info.ts';
import type { ResolvedSettings } from '../schemas/resolved-settings.ts';
import { findSampler, SAMPLERS } from './samplers.ts';
import { DEFAULT_SCHEDULE, findSchedule, SCHEDULE_IDS, type ScheduleId } from './schedules.ts';

/** One entry of a problem document: a JSON Pointer into the body, and what is wrong there. */
export type FieldError = { pointer: string; detail: string };

export type ResolvedRequest =
  | {
      ok: true;
      /** Echoed to clients: the eleven fields and those that were given beside them, names as they were sent. */
      generationSettings: GenerationSettings;
      /** What the engine is told: canonical names. */
      resolved: Omit<ResolvedSettings, 'prompt' | 'negative_prompt'>;
    }
  | { ok: false; errors: FieldError[] };

type Settings = ImageRequest['generation_settings'];

const DEFAULT_STEPS = 20;
const DEFAULT_CFG_SCALE = 7;
const RANDOM_SEED = -1;

/** Models that are put beside it do not take its place by their name. */
const BUILT_IN_MODEL = 'demo';

/** The model of requests that name none: the built-in one while it is there, else the first. */
export function defaultModel(models: readonly ModelInfo[]): ModelInfo | undefined {
  return models.find(({ id }) => id === BUILT_IN_MODEL) ?? models[0];
}

/**
 * Resolves a valid request against the models there are: every default filled in, every name looked up, all that the model
 * cannot do refused. `drawSeed` gives a whole number from 0 to its parameter and is called at most once.
 */
export function resolveRequest(
  settings: Settings,
  models: readonly ModelInfo[],
  drawSeed: (maximum: number) => number,
): ResolvedRequest {
  const counts = { batch_size: settings.batch_size ?? 1, n_iters: settings.n_iters ?? 1 };
  const pictures = counts.batch_size * counts.n_iters;
  const found = modelOf(settings.model, models);
  const schedule = scheduleOf(settings);
  const errors = [
    ...picturesErrors(pictures),
    ...seedErrors(settings.seed, pictures),
    ...found.errors,
    ...schedule.errors,
  ];
  const { model } = found;
  if (model === undefined) return { ok: false, errors: [...errors, ...samplerNameErrors(settings.sampler_name)] };

  const size = { width: settings.width ?? model.default_width, height: settings.height ?? model.default_height };
  const sampler = samplerOf(settings.sampler_name, model);
  errors.push(...sideErrors('width', size.width, model), ...sideErrors('height', size.height, model));
  errors.push(...sampler.errors, ...clipSkipErrors(settings.clip_skip, model));
  if (errors.length > 0) return { ok: false, errors };

  const shared = {
    seed: wantsRandomSeed(settings.seed) ? drawSeed(LIMITS.seedMax - (pictures - 1)) : plainZero(settings.seed),
    steps: settings.steps ?? DEFAULT_STEPS,
    cfg_scale: plainZero(settings.cfg_scale ?? DEFAULT_CFG_SCALE),
    ...counts,
    ...size,
  };
  return {
    ok: true,
    generationSettings: {
      prompt: settings.prompt,
      negative_prompt: settings.negative_prompt ?? '',
      ...shared,
      sampler_name: settings.sampler_name ?? model.default_sampler,
      ...(settings.scheduler === undefined ? {} : { scheduler: settings.scheduler }),
      ...(settings.clip_skip === undefined ? {} : { clip_skip: settings.clip_skip }),
      model: settings.model ?? model.id,
    },
    resolved: {
      ...shared,
      clip_skip: settings.clip_skip ?? 1,
      sampler: sampler.id,
      schedule: schedule.id,
      model: model.id,
    },
  };
}

function wantsRandomSeed(seed: Settings['seed']): seed is null | undefined | typeof RANDOM_SEED {
  return seed === undefined || seed === null || seed === RANDOM_SEED;
}

/** −0 would be written as 0 and so differ from itself. */
function plainZero(value: number): number {
  return value === 0 ? 0 : value;
}

function picturesErrors(pictures: number): FieldError[] {
  if (pictures <= LIMITS.picturesMax) return [];
  const detail = `batch_size × n_iters must be at most ${LIMITS.picturesMax}, and is ${pictures}`;
  return ['batch_size', 'n_iters'].map((field) => at(field, detail));
}

/** Picture i uses seed + i, which must be a seed too. */
function seedErrors(seed: Settings['seed'], pictures: number): FieldError[] {
  const maximum = LIMITS.seedMax - (pictures - 1);
  if (wantsRandomSeed(seed) || seed <= maximum) return [];
  return [at('seed', `must be at most ${maximum} for ${pictures} pictures, whose seeds are counted up from it`)];
}

function modelOf(name: string | undefined, models: readonly ModelInfo[]) {
  const model = name === undefined ? defaultModel(models) : models.find(({ id }) => id === name);
  if (model !== undefined) return { model, errors: [] };
  const known = models.map(({ id }) => id).join(', ') || 'none yet';
  return { model, errors: [at('model', `is not a model of this server; there are: ${known}`)] };
}

function samplerOf(name: string | undefined, model: ModelInfo) {
  const id = name === undefined ? model.default_sampler : findSampler(name)?.id;
  if (id !== undefined && model.samplers.includes(id)) return { id, errors: [] };
  return {
    id: '',
    errors: [at('sampler_name', `is not a sampler of the model ${model.id}; there are: ${model.samplers.join(', ')}`)],
  };
}

/** A schedule that is named beside the sampler counts more than one in the sampler's name. */
function scheduleOf({ scheduler, sampler_name }: Settings): { id: ScheduleId; errors: FieldError[] } {
  const inName = sampler_name === undefined ? null : findSampler(sampler_name)?.schedule;
  if (scheduler === undefined) return { id: inName ?? DEFAULT_SCHEDULE, errors: [] };
  const id = findSchedule(scheduler)?.id;
  if (id !== undefined) return { id: id === DEFAULT_SCHEDULE ? (inName ?? id) : id, errors: [] };
  return {
    id: DEFAULT_SCHEDULE,
    errors: [at('scheduler', `is not a schedule; there are: ${SCHEDULE_IDS.join(', ')}`)],
  };
}

/** What can be said of a sampler while the model is not known. */
function samplerNameErrors(name: string | undefined): FieldError[] {
  if (name === undefined || findSampler(name) !== undefined) return [];
  return [at('sampler_name', `is not a sampler; there are: ${SAMPLERS.map(({ id }) => id).join(', ')}`)];
}

function clipSkipErrors(clipSkip: number | undefined, { id, clip_skip_max: maximum }: ModelInfo): FieldError[] {
  if (clipSkip === undefined || clipSkip <= maximum) return [];
  return [
    at('clip_skip', `must be at most ${maximum} for the model ${id}, whose text encoder has no more layers to skip`),
  ];
}

function sideErrors(field: 'width' | 'height', pixels: number, model: ModelInfo): FieldError[] {
  const { id, size_multiple: step, min_side: minimum, max_side: maximum } = model;
  if (pixels >= minimum && pixels <= maximum && pixels % step === 0) return [];
  return [at(field, `must be a multiple of ${step} from ${minimum} to ${maximum} for the model ${id}`)];
}

function at(field: string, detail: string): FieldError {
  return { pointer: `/generation_settings/${field}`, detail };
}
