'use client';

import { type ReactNode, useId } from 'react';

export const inputClass =
  'w-full min-w-0 rounded-frame border border-line bg-surface px-3 text-body text-ink transition-colors duration-150 hover:border-line-strong aria-invalid:border-failed';

type FieldControl = { id: string; 'aria-describedby': string | undefined; 'aria-invalid': true | undefined };

type Props = {
  label: string;
  /** Shown beside the label. */
  aside?: ReactNode;
  hint?: string | undefined;
  error?: string | undefined;
  children: (control: FieldControl) => ReactNode;
};

/** Label, control, and what is wrong with it or good to know. */
export function Field({ label, aside, hint, error, children }: Props) {
  const id = useId();
  const note = error ?? hint;
  const noteId = `${id}-note`;
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <div className="flex min-h-6 items-center justify-between gap-2 text-small text-ink-soft">
        <label htmlFor={id}>{label}</label>
        {aside}
      </div>
      {children({ id, 'aria-describedby': note ? noteId : undefined, 'aria-invalid': error ? true : undefined })}
      {note ? (
        <p id={noteId} className={`text-small ${error ? 'text-failed' : 'text-ink-faint'}`}>
          {note}
        </p>
      ) : null}
    </div>
  );
}
