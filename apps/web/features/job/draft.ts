import type { Job } from '@darkroom/shared/schemas/job';
import { z } from 'zod';

/** What is written in the Create form: texts as they were typed, so that a half-typed number survives a reload. */
const draft = z.object({
  prompt: z.string(),
  negative_prompt: z.string(),
  model: z.string(),
  sampler: z.string(),
  schedule: z.string(),
  width: z.string(),
  height: z.string(),
  steps: z.string(),
  cfg_scale: z.string(),
  clip_skip: z.string(),
  seed: z.string(),
  seed_locked: z.boolean(),
  batch_size: z.string(),
  n_iters: z.string(),
  grouping: z.string(),
});
export type Draft = z.infer<typeof draft>;

/** Empty texts stand for the model's defaults. */
export const EMPTY_DRAFT: Draft = {
  ...{
    prompt: '',
    negative_prompt: '',
    model: '',
    sampler: '',
    schedule: '',
    width: '',
    height: '',
    steps: '',
    cfg_scale: '',
    clip_skip: '',
  },
  ...{ seed: '', seed_locked: false, batch_size: '', n_iters: '', grouping: '' },
};

const KEY = 'darkroom.create';

export function loadDraft(storage: Pick<Storage, 'getItem'>): Draft {
  try {
    const stored: unknown = JSON.parse(storage.getItem(KEY) ?? '{}');
    return draft.parse({ ...EMPTY_DRAFT, ...(typeof stored === 'object' ? stored : {}) });
  } catch {
    return EMPTY_DRAFT;
  }
}

export function saveDraft(storage: Pick<Storage, 'setItem'>, value: Draft): void {
  try {
    storage.setItem(KEY, JSON.stringify(value));
  } catch {
    // A full or forbidden storage only costs the memory of the form.
  }
}

/** The settings of a job, to be changed and sent again; its seed is locked. */
export function draftOf(job: Job): Draft {
  const { resolved_settings: settings, metadata } = job;
  return {
    prompt: settings.prompt,
    negative_prompt: settings.negative_prompt,
    model: settings.model,
    sampler: settings.sampler,
    schedule: settings.schedule,
    width: String(settings.width),
    height: String(settings.height),
    steps: String(settings.steps),
    cfg_scale: String(settings.cfg_scale),
    clip_skip: settings.clip_skip > 1 ? String(settings.clip_skip) : '',
    seed: String(settings.seed),
    seed_locked: true,
    batch_size: String(settings.batch_size),
    n_iters: String(settings.n_iters),
    grouping: metadata['grouping'] ?? '',
  };
}
