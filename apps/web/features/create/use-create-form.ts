'use client';

import type { ModelInfo, UnusableModel } from '@darkroom/shared/schemas/model-info';
import { useState } from 'react';
import type { Draft } from '../job/draft.ts';
import { useLive } from '../job/use-live.ts';
import { defaultsOf, errorsOf, modelOf, type NumberName, reasonsAgainst } from './form-request.ts';
import { type FormGroup, groupsOf } from './server-errors.ts';
import { useDraft } from './use-draft.ts';
import { useSubmit } from './use-submit.ts';

export type NumberProps = {
  name: NumberName;
  value: string;
  placeholder: string;
  error: string | undefined;
  onChange: (text: string) => void;
};

export type CreateFormState = {
  draft: Draft;
  change: (part: Partial<Draft>) => void;
  models: readonly ModelInfo[];
  unusable: readonly UnusableModel[];
  model: ModelInfo | null;
  /** What is wrong with a field, here or by the server's word. */
  errorOf: (name: string) => string | undefined;
  number: (name: NumberName) => NumberProps;
  /** The number of a field as text, its default when it is empty. */
  shown: (name: NumberName) => string;
  group: (name: FormGroup) => { open: boolean; onOpenChange: (open: boolean) => void };
};

/** Everything the form knows and does, for its parts. */
export function useCreateForm() {
  const live = useLive();
  const { draft, change: keep, ready } = useDraft();
  const [open, setOpen] = useState<Readonly<Record<FormGroup, boolean>>>({ size: true, model: false, more: false });
  const { submit, serverErrors, clearServerErrors } = useSubmit((names) =>
    setOpen((before) => ({ ...before, ...Object.fromEntries(groupsOf(names).map((group) => [group, true])) })),
  );
  const model = modelOf(draft, live.models.models, live.models.default_model);
  const errors: Partial<Record<string, string>> = errorsOf(draft, model);
  const reasons = reasonsAgainst(draft, errors, model, live.known);
  const defaults = defaultsOf(model);
  const change = (part: Partial<Draft>) => {
    clearServerErrors();
    keep(part);
  };
  const errorOf = (name: string) => errors[name] ?? serverErrors[name];
  const form: CreateFormState = {
    ...{ draft, change, models: live.models.models, unusable: live.models.unusable, model, errorOf },
    number: (name) => ({
      name,
      value: draft[name],
      placeholder: defaults[name] === null ? '' : String(defaults[name]),
      error: errorOf(name),
      onChange: (text) => change({ [name]: text }),
    }),
    shown: (name) => draft[name] || String(defaults[name] ?? ''),
    group: (name) => ({ open: open[name], onOpenChange: (isOpen) => setOpen({ ...open, [name]: isOpen }) }),
  };
  const send = () => {
    if (model && reasons.length === 0) void submit(draft, model);
  };
  return { form, reasons, ready, send };
}
