'use client';

import { type FormEvent, type KeyboardEvent, useState } from 'react';
import { Disclosure } from '../../components/ui/disclosure.tsx';
import { Field, inputClass } from '../../components/ui/field.tsx';
import { Select } from '../../components/ui/select.tsx';
import { useLive } from '../job/use-live.ts';
import { defaultsOf, errorsOf, modelOf, type NumberName, reasonsAgainst } from './form-request.ts';
import { GenerateButton } from './generate-button.tsx';
import { type NumberProps, SeedField, SizeFields, SomeNumber } from './number-fields.tsx';
import { PromptFields } from './prompt-fields.tsx';
import { useDraft } from './use-draft.ts';
import { useSubmit } from './use-submit.ts';

export function CreateForm() {
  const live = useLive();
  const { draft, change, ready } = useDraft();
  const { submit, serverErrors, clearServerErrors } = useSubmit();
  const [open, setOpen] = useState({ size: true, model: false, more: false });
  const model = modelOf(draft, live.models.models, live.models.default_model);
  const errors = errorsOf(draft, model);
  const reasons = reasonsAgainst(draft, errors, model, live.known);

  const send = () => {
    if (model && reasons.length === 0) void submit(draft, model);
  };
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    send();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    // An Enter that only confirms a composition is not ours (keyCode 229 in browsers that end the composition first).
    if (
      event.key !== 'Enter' ||
      !(event.ctrlKey || event.metaKey) ||
      event.nativeEvent.isComposing ||
      event.keyCode === 229
    )
      return;
    event.preventDefault();
    send();
  };
  const defaults = defaultsOf(model);
  const number = (name: NumberName): NumberProps => ({
    name,
    value: draft[name],
    placeholder: defaults[name] === null ? '' : String(defaults[name]),
    error: errors[name] ?? serverErrors[name],
    onChange: (text) => {
      clearServerErrors();
      change({ [name]: text });
    },
  });
  const shown = (name: NumberName) => draft[name] || String(defaults[name] ?? '');

  return (
    <form
      aria-label="Create a picture"
      onSubmit={onSubmit}
      onKeyDown={onKeyDown}
      noValidate
      className="flex flex-1 flex-col px-4 pt-4 sm:px-5"
    >
      <fieldset disabled={!ready} className="flex flex-1 flex-col">
        <PromptFields draft={draft} change={change} model={model} error={errors.prompt ?? serverErrors['prompt']} />
        <Disclosure
          title="Size and count"
          summary={`${shown('width')} × ${shown('height')}`}
          open={open.size}
          onOpenChange={(size) => setOpen({ ...open, size })}
        >
          <SizeFields model={model} draft={draft} change={change} width={number('width')} height={number('height')} />
          <div className="grid grid-cols-2 gap-3">
            <SomeNumber {...number('n_iters')} />
            <SomeNumber {...number('batch_size')} />
          </div>
        </Disclosure>
        <Disclosure
          title="Model and sampler"
          summary={model?.title ?? ''}
          open={open.model}
          onOpenChange={(next) => setOpen({ ...open, model: next })}
        >
          {model ? (
            <>
              <Select
                label="Model"
                value={model.id}
                options={live.models.models.map(({ id, title }) => ({ value: id, label: title }))}
                onChange={(id) => change({ model: id, width: '', height: '', steps: '', cfg_scale: '', sampler: '' })}
              />
              <Select
                label="Sampler"
                value={model.samplers.includes(draft.sampler) ? draft.sampler : model.default_sampler}
                options={model.samplers.map((id) => ({ value: id, label: id }))}
                onChange={(sampler) => change({ sampler })}
              />
            </>
          ) : (
            <p className="text-small text-ink-soft">No model is ready yet.</p>
          )}
          <p className="text-small text-ink-faint">
            To add a model, put its Diffusers ONNX folder into <code className="font-mono">models/</code>. It is listed
            here within seconds.
          </p>
        </Disclosure>
        <Disclosure
          title="More"
          summary={`${shown('steps')} steps · ${draft.seed_locked ? `seed ${draft.seed}` : 'random seed'}`}
          open={open.more}
          onOpenChange={(more) => setOpen({ ...open, more })}
        >
          <div className="grid grid-cols-2 gap-3">
            <SomeNumber {...number('steps')} />
            <SomeNumber {...number('cfg_scale')} />
          </div>
          <SeedField
            {...number('seed')}
            locked={draft.seed_locked}
            onLock={(seed_locked, seed) => change({ seed_locked, seed })}
          />
          <Field label="Grouping" hint="A name to find these pictures by">
            {(control) => (
              <input
                {...control}
                value={draft.grouping}
                maxLength={1000}
                autoComplete="off"
                onChange={(event) => change({ grouping: event.target.value })}
                className={`${inputClass} h-10`}
              />
            )}
          </Field>
        </Disclosure>
        <GenerateButton draft={draft} model={model} reasons={reasons} />
      </fieldset>
    </form>
  );
}
