'use client';

import { Field, inputClass } from '../../components/ui/field.tsx';
import { toastWithUndo } from '../../components/ui/undo-toast.ts';
import type { CreateFormState } from './use-create-form.ts';

const EXAMPLES_SHOWN = 6;

export function PromptFields({ form }: { form: CreateFormState }) {
  const { draft, change, errorOf } = form;
  return (
    <div className="flex flex-col gap-3 pb-4">
      <Field label="Prompt" error={errorOf('prompt')}>
        {(control) => (
          <textarea
            {...control}
            value={draft.prompt}
            rows={4}
            placeholder="What should be in the picture?"
            onChange={(event) => change({ prompt: event.target.value })}
            className={`${inputClass} field-sizing-content max-h-72 min-h-28 resize-none py-2.5`}
          />
        )}
      </Field>
      <Examples form={form} />
      <Field label="Negative prompt" error={errorOf('negative_prompt')}>
        {(control) => (
          <textarea
            {...control}
            value={draft.negative_prompt}
            rows={1}
            placeholder="What should stay out of it?"
            onChange={(event) => change({ negative_prompt: event.target.value })}
            className={`${inputClass} field-sizing-content max-h-40 min-h-10 resize-none py-2`}
          />
        )}
      </Field>
    </div>
  );
}

/** What the model is known to do well, what it draws, and how another one comes. */
function Examples({ form: { draft, change, model } }: { form: CreateFormState }) {
  if (!model) return null;
  const take = (example: string) => {
    const before = draft.prompt;
    change({ prompt: example });
    const isOwn = before.trim() !== '' && !model.examples.includes(before);
    if (isOwn) toastWithUndo('Your prompt was replaced', () => change({ prompt: before }));
  };
  return (
    <div className="flex flex-col gap-2">
      {model.examples.length > 0 ? (
        <ul aria-label="Example prompts" className="flex flex-wrap gap-1.5">
          {model.examples.slice(0, EXAMPLES_SHOWN).map((example) => (
            <li key={example}>
              <button
                type="button"
                onClick={() => take(example)}
                className="min-h-7 rounded-frame border border-line px-2 text-small text-ink-soft transition-colors duration-150 hover:border-line-strong hover:text-ink pointer-coarse:min-h-10"
              >
                {example}
              </button>
            </li>
          ))}
        </ul>
      ) : null}
      <p className="text-small text-ink-faint">
        {model.description ? `${model.description} ` : null}For another model, put its ONNX folder into{' '}
        <code className="font-mono text-[0.75rem] text-ink-soft">models/</code>.
      </p>
    </div>
  );
}
