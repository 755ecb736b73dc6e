'use client';

import type { ReactNode } from 'react';
import { Field, inputClass } from '../../components/ui/field.tsx';
import { settledText } from './number-text.ts';

type Props = {
  label: string;
  value: string;
  placeholder: string;
  error: string | undefined;
  onChange: (text: string) => void;
  disabled?: boolean;
  mono?: boolean;
  decimal?: boolean;
  aside?: ReactNode;
};

/** A number as text: nothing is changed while it is typed, it settles when it is left, and a wrong one stays with its error. */
export function NumberField({ label, value, placeholder, error, onChange, disabled, mono, decimal, aside }: Props) {
  return (
    <Field label={label} error={error} aside={aside}>
      {(control) => (
        <input
          {...control}
          type="text"
          inputMode={decimal ? 'decimal' : 'numeric'}
          autoComplete="off"
          value={value}
          placeholder={placeholder}
          disabled={disabled}
          onChange={(event) => onChange(event.target.value)}
          onBlur={() => value !== settledText(value) && onChange(settledText(value))}
          className={`${inputClass} h-10 tabular-nums disabled:text-ink-faint ${mono ? 'font-mono text-small' : ''}`}
        />
      )}
    </Field>
  );
}
