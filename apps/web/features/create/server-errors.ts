import type { Problem } from '@darkroom/shared/schemas/api';
import { NUMBER_LABELS } from './form-request.ts';

export type FormGroup = 'size' | 'model' | 'more';

const GROUPS: Readonly<Record<string, FormGroup>> = {
  ...{ width: 'size', height: 'size', batch_size: 'size', n_iters: 'size' },
  ...{ model: 'model', sampler_name: 'model', scheduler: 'model' },
  ...{ steps: 'more', cfg_scale: 'more', clip_skip: 'more', seed: 'more', grouping: 'more' },
};

/** What the server found wrong, by the name of the field. */
export function fieldErrors(problem: Problem | null): Readonly<Record<string, string>> {
  const errors = problem?.errors ?? [];
  return Object.fromEntries(errors.map(({ pointer, detail }) => [pointer.split('/').at(-1) ?? '', detail]));
}

const LABELS: Readonly<Record<string, string>> = {
  ...NUMBER_LABELS,
  ...{ prompt: 'The prompt', negative_prompt: 'The negative prompt', sampler_name: 'The sampler', model: 'The model' },
  scheduler: 'The schedule',
};

/** All errors in one text, by the labels of the form. */
export function errorWords(errors: Readonly<Record<string, string>>): string {
  return Object.entries(errors)
    .map(([name, detail]) => `${LABELS[name] ?? name} ${detail}.`)
    .join(' ');
}

/** The groups of the form that hold these fields: they open, so that no error is hidden. */
export function groupsOf(names: Iterable<string>): FormGroup[] {
  return [...new Set([...names].flatMap((name) => GROUPS[name] ?? []))];
}
