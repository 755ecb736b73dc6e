'use client';

import { findSampler } from '@darkroom/shared/domain/samplers';
import { DEFAULT_SCHEDULE, findSchedule, SCHEDULES } from '@darkroom/shared/domain/schedules';
import { Disclosure } from '../../components/ui/disclosure.tsx';
import { Field, inputClass } from '../../components/ui/field.tsx';
import { Select } from '../../components/ui/select.tsx';
import { samplerWords } from '../job/sampler-words.ts';
import { pictureCount } from './form-request.ts';
import { SeedField, SizeFields, SomeNumber } from './number-fields.tsx';
import type { CreateFormState } from './use-create-form.ts';

export function SizeGroup({ form }: { form: CreateFormState }) {
  const { number, shown } = form;
  const count = pictureCount(form.draft);
  return (
    <Disclosure
      title="Size and count"
      summary={`${shown('width')} × ${shown('height')}${count !== null && count > 1 ? ` · ${count}` : ''}`}
      {...form.group('size')}
    >
      <SizeFields form={form} />
      <div className="grid grid-cols-2 items-start gap-3">
        <SomeNumber {...number('n_iters')} />
        <SomeNumber {...number('batch_size')} />
      </div>
    </Disclosure>
  );
}

export function ModelGroup({ form }: { form: CreateFormState }) {
  const { model, models, unusable, draft, change, errorOf } = form;
  const schedule = findSchedule(draft.schedule)?.id ?? DEFAULT_SCHEDULE;
  const sampler = model?.samplers.includes(draft.sampler) ? draft.sampler : model?.default_sampler;
  return (
    <Disclosure
      title="Model and sampler"
      summary={model ? `${model.title} · ${samplerWords(sampler ?? '', schedule)}` : 'none is ready'}
      {...form.group('model')}
    >
      {model ? (
        <>
          <Select
            label="Model"
            value={model.id}
            options={models.map(({ id, title }) => ({ value: id, label: title }))}
            error={errorOf('model')}
            onChange={(id) =>
              change({
                model: id,
                width: '',
                height: '',
                steps: '',
                cfg_scale: '',
                clip_skip: '',
                sampler: '',
                schedule: '',
              })
            }
          />
          <Select
            label="Sampler"
            value={sampler ?? ''}
            options={model.samplers.map((id) => ({ value: id, label: findSampler(id)?.title ?? id }))}
            error={errorOf('sampler_name')}
            onChange={(id) => change({ sampler: id })}
          />
          <Select
            label="Schedule"
            value={schedule}
            options={SCHEDULES.map(({ id, title }) => ({ value: id, label: title }))}
            error={errorOf('scheduler')}
            onChange={(id) => change({ schedule: id })}
          />
        </>
      ) : (
        <p className="text-small text-ink-soft">No model is ready yet.</p>
      )}
      {unusable.map(({ id, reason }) => (
        <p key={id} className="text-small break-words text-retry">
          {reason}
        </p>
      ))}
    </Disclosure>
  );
}

export function MoreGroup({ form }: { form: CreateFormState }) {
  const { model, number, shown, draft, change, errorOf } = form;
  return (
    <Disclosure
      title="More"
      summary={`${shown('steps')} steps · ${draft.seed_locked ? `seed ${draft.seed}` : 'random seed'}`}
      {...form.group('more')}
    >
      <div className="grid grid-cols-2 items-start gap-3">
        <SomeNumber {...number('steps')} />
        <SomeNumber {...number('cfg_scale')} />
        {model && model.clip_skip_max > 1 ? <SomeNumber {...number('clip_skip')} /> : null}
      </div>
      <SeedField
        {...number('seed')}
        locked={draft.seed_locked}
        onLock={(seed_locked, seed) => change({ seed_locked, seed })}
      />
      <Field label="Grouping" hint="A name to find these pictures by" error={errorOf('grouping')}>
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
  );
}
