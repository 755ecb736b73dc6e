'use client';

import { LIMITS } from '@darkroom/shared/schemas/limits';
import { ArrowLeftRight, Dices, Lock, LockOpen } from 'lucide-react';
import { IconButton } from '../../components/ui/icon-button.tsx';
import { NUMBER_LABELS } from './form-request.ts';
import { NumberField } from './number-field.tsx';
import { sizePresets } from './size-presets.ts';
import type { CreateFormState, NumberProps } from './use-create-form.ts';

export function SomeNumber({ name, ...rest }: NumberProps) {
  return <NumberField label={NUMBER_LABELS[name]} decimal={name === 'cfg_scale'} {...rest} />;
}

export function SizeFields({ form: { model, draft, change, number } }: { form: CreateFormState }) {
  const [width, height] = [number('width'), number('height')];
  const presets = model ? sizePresets(model) : [];
  const longest = Math.max(...presets.flatMap((preset) => [preset.width, preset.height]));
  const current = `${draft.width || model?.default_width}×${draft.height || model?.default_height}`;
  return (
    <>
      {presets.length > 0 ? (
        <fieldset aria-label="Size presets" className="grid grid-cols-4 gap-1.5">
          {presets.map((preset) => (
            <button
              key={preset.label}
              type="button"
              aria-pressed={current === `${preset.width}×${preset.height}`}
              title={`${preset.width} × ${preset.height}`}
              onClick={() => change({ width: String(preset.width), height: String(preset.height) })}
              className="flex h-16 flex-col items-center justify-end gap-1.5 rounded-frame border border-line pb-1.5 text-small text-ink-soft transition-colors duration-150 hover:border-line-strong hover:text-ink aria-pressed:border-ink-soft aria-pressed:bg-raised aria-pressed:text-ink"
            >
              <span
                aria-hidden
                className="block rounded-[2px] border border-current"
                style={{
                  width: `${(preset.width / longest) * 26}px`,
                  height: `${(preset.height / longest) * 26}px`,
                }}
              />
              {preset.label}
            </button>
          ))}
        </fieldset>
      ) : null}
      <div className="grid grid-cols-[1fr_auto_1fr] items-start gap-1.5">
        <SomeNumber {...width} />
        <IconButton
          label="Swap width and height"
          className="mt-8"
          onClick={() =>
            change({ width: draft.height || height.placeholder, height: draft.width || width.placeholder })
          }
        >
          <ArrowLeftRight size={16} aria-hidden />
        </IconButton>
        <SomeNumber {...height} />
      </div>
    </>
  );
}

type SeedProps = NumberProps & { locked: boolean; onLock: (locked: boolean, seed: string) => void };

/** Seeds that are drawn here stay short enough to be told to somebody. */
const DRAWN_SEED_MAX = 2 ** 32;

export function SeedField({ name, locked, onLock, value, ...rest }: SeedProps) {
  const drawn = () => String(Math.floor(Math.random() * Math.min(DRAWN_SEED_MAX, LIMITS.seedMax)));
  return (
    <div className="grid grid-cols-[1fr_auto_auto] items-start gap-1.5">
      <NumberField
        label={NUMBER_LABELS[name]}
        mono
        disabled={!locked}
        {...rest}
        value={locked ? value : ''}
        placeholder={locked ? '0' : 'A new one for each job'}
      />
      <IconButton label="Draw a seed and lock it" className="mt-8" onClick={() => onLock(true, drawn())}>
        <Dices size={16} aria-hidden />
      </IconButton>
      <IconButton
        label={locked ? 'Unlock the seed' : 'Lock the seed'}
        aria-pressed={locked}
        className={`mt-8 ${locked ? '!text-ink' : ''}`}
        onClick={() => onLock(!locked, value || drawn())}
      >
        {locked ? <Lock size={16} aria-hidden /> : <LockOpen size={16} aria-hidden />}
      </IconButton>
    </div>
  );
}
