'use client';

import { Select as Base } from '@base-ui/react/select';
import { Check, ChevronsUpDown } from 'lucide-react';
import { useId } from 'react';
import { inputClass } from './field.tsx';

type Option = { value: string; label: string };
type Props = {
  label: string;
  value: string;
  options: readonly Option[];
  error?: string | undefined;
  onChange: (value: string) => void;
};

export function Select({ label, value, options, error, onChange }: Props) {
  const errorId = useId();
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <span className="flex min-h-6 items-center text-small text-ink-soft">{label}</span>
      <Base.Root items={[...options]} value={value} onValueChange={(next) => next !== null && onChange(next)}>
        <Base.Trigger
          aria-label={label}
          aria-invalid={error ? true : undefined}
          aria-describedby={error ? errorId : undefined}
          className={`${inputClass} flex h-10 items-center justify-between gap-2 text-left`}
        >
          <Base.Value className="truncate" />
          <Base.Icon className="text-ink-faint">
            <ChevronsUpDown size={16} aria-hidden />
          </Base.Icon>
        </Base.Trigger>
        <Base.Portal>
          <Base.Positioner sideOffset={4} className="z-50 outline-none">
            <Base.Popup className="max-h-80 min-w-(--anchor-width) overflow-auto rounded-frame border border-line bg-float py-1 shadow-lg">
              {options.map((option) => (
                <Base.Item
                  key={option.value}
                  value={option.value}
                  className="flex min-h-9 cursor-default items-center justify-between gap-6 px-3 text-body outline-none data-highlighted:bg-line"
                >
                  <Base.ItemText>{option.label}</Base.ItemText>
                  <Base.ItemIndicator className="text-ink">
                    <Check size={16} aria-hidden />
                  </Base.ItemIndicator>
                </Base.Item>
              ))}
            </Base.Popup>
          </Base.Positioner>
        </Base.Portal>
      </Base.Root>
      {error ? (
        <p id={errorId} className="text-small text-failed">
          {error}
        </p>
      ) : null}
    </div>
  );
}
