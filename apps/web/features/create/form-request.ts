import { DEFAULT_SCHEDULE, findSchedule } from '@darkroom/shared/domain/schedules';
import type { Job } from '@darkroom/shared/schemas/job';
import { LIMITS } from '@darkroom/shared/schemas/limits';
import type { ModelInfo } from '@darkroom/shared/schemas/model-info';
import type { Draft } from '../job/draft.ts';
import { type NumberRule, numberError, numberOf } from './number-text.ts';

export type NumberName = 'width' | 'height' | 'steps' | 'cfg_scale' | 'clip_skip' | 'seed' | 'batch_size' | 'n_iters';

export const NUMBER_LABELS: Readonly<Record<NumberName, string>> = {
  width: 'Width',
  height: 'Height',
  steps: 'Steps',
  cfg_scale: 'Guidance',
  clip_skip: 'Clip skip',
  seed: 'Seed',
  batch_size: 'Batch size',
  n_iters: 'Pictures in turn',
};

/** The model that the form is for: the chosen one while it exists, else the default. */
export function modelOf(draft: Draft, models: readonly ModelInfo[], defaultModel: string | null): ModelInfo | null {
  return (
    models.find((model) => model.id === draft.model) ??
    models.find((model) => model.id === defaultModel) ??
    models[0] ??
    null
  );
}

function rulesOf(model: ModelInfo | null): Readonly<Record<NumberName, NumberRule>> {
  const side = {
    minimum: model?.min_side ?? LIMITS.sideMin,
    maximum: model?.max_side ?? LIMITS.sideMax,
    multiple: model?.size_multiple ?? 1,
  };
  return {
    width: side,
    height: side,
    steps: { minimum: LIMITS.stepsMin, maximum: LIMITS.stepsMax },
    cfg_scale: { minimum: LIMITS.cfgScaleMin, maximum: LIMITS.cfgScaleMax, whole: false },
    clip_skip: { minimum: LIMITS.clipSkipMin, maximum: model?.clip_skip_max ?? LIMITS.clipSkipMax },
    seed: { minimum: 0, maximum: LIMITS.seedMax },
    batch_size: { minimum: 1, maximum: LIMITS.batchSizeMax },
    n_iters: { minimum: 1, maximum: LIMITS.iterationsMax },
  };
}

/** What an empty number field stands for; null for a seed, which is drawn. */
export function defaultsOf(model: ModelInfo | null): Readonly<Record<NumberName, number | null>> {
  return {
    width: model?.default_width ?? null,
    height: model?.default_height ?? null,
    steps: model?.default_steps ?? null,
    cfg_scale: model?.default_cfg_scale ?? null,
    clip_skip: 1,
    seed: null,
    batch_size: 1,
    n_iters: 1,
  };
}

export type FormErrors = Partial<Record<NumberName | 'prompt', string>>;

export function errorsOf(draft: Draft, model: ModelInfo | null): FormErrors {
  const rules = rulesOf(model);
  const errors: FormErrors = {};
  for (const name of Object.keys(NUMBER_LABELS) as NumberName[]) {
    if (name === 'seed' && !draft.seed_locked) continue;
    const error = numberError(draft[name], rules[name]);
    if (error) errors[name] = error;
  }
  if (draft.prompt.length > LIMITS.promptCharactersMax)
    errors.prompt = `must have at most ${LIMITS.promptCharactersMax} characters`;
  return errors;
}

/** How many pictures the form asks for; null while that is no number that may be asked for. */
export function pictureCount(draft: Draft): number | null {
  const count = askedFor(draft);
  return count !== null && Number.isInteger(count) && count >= 1 && count <= LIMITS.picturesMax ? count : null;
}

function askedFor(draft: Draft): number | null {
  const batch = draft.batch_size.trim() === '' ? 1 : numberOf(draft.batch_size);
  const turns = draft.n_iters.trim() === '' ? 1 : numberOf(draft.n_iters);
  return batch === null || turns === null ? null : batch * turns;
}

/** Every reason why the form cannot be sent. */
export function reasonsAgainst(draft: Draft, errors: FormErrors, model: ModelInfo | null, known: boolean): string[] {
  const reasons: string[] = [];
  if (!known) reasons.push('The server has not answered yet.');
  else if (!model) reasons.push('No model is ready. Put one into the folder models/.');
  if (draft.prompt.trim() === '') reasons.push('Write a prompt.');
  for (const [name, error] of Object.entries(errors)) {
    reasons.push(`${name === 'prompt' ? 'The prompt' : NUMBER_LABELS[name as NumberName]} ${error}.`);
  }
  const count = askedFor(draft);
  if (count !== null && count > LIMITS.picturesMax) {
    reasons.push(
      `${NUMBER_LABELS.batch_size} × ${NUMBER_LABELS.n_iters.toLowerCase()} may be at most ${LIMITS.picturesMax}.`,
    );
  }
  return reasons;
}

/** All settings as they will be resolved, for the estimate; the request itself carries them spelled out. */
export function settingsOf(draft: Draft, model: ModelInfo): Job['resolved_settings'] {
  const defaults = defaultsOf(model);
  const number = (name: NumberName) => numberOf(draft[name]) ?? defaults[name] ?? 0;
  return {
    prompt: draft.prompt,
    negative_prompt: draft.negative_prompt,
    sampler: model.samplers.includes(draft.sampler) ? draft.sampler : model.default_sampler,
    schedule: findSchedule(draft.schedule)?.id ?? DEFAULT_SCHEDULE,
    seed: draft.seed_locked ? number('seed') : 0,
    steps: number('steps'),
    cfg_scale: number('cfg_scale'),
    clip_skip: number('clip_skip'),
    width: number('width'),
    height: number('height'),
    batch_size: number('batch_size'),
    n_iters: number('n_iters'),
    model: model.id,
  };
}

export function requestOf(draft: Draft, model: ModelInfo): object {
  const { sampler, schedule, seed, clip_skip, ...settings } = settingsOf(draft, model);
  const scheduler = schedule === DEFAULT_SCHEDULE ? {} : { scheduler: schedule };
  const skip = clip_skip === 1 ? {} : { clip_skip };
  const locked = draft.seed_locked && draft.seed.trim() !== '' ? { seed } : {};
  const grouping = draft.grouping.trim();
  return {
    generation_settings: { ...settings, sampler_name: sampler, ...scheduler, ...skip, ...locked },
    ...(grouping === '' ? {} : { metadata: { grouping } }),
  };
}
