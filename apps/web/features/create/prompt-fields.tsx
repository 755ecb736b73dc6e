'use client';

import type { ModelInfo } from '@darkroom/shared/schemas/model-info';
import { Field, inputClass } from '../../components/ui/field.tsx';
import type { Draft } from '../job/draft.ts';

type Props = {
  draft: Draft;
  change: (part: Partial<Draft>) => void;
  model: ModelInfo | null;
  error: string | undefined;
};

const EXAMPLES_SHOWN = 6;

export function PromptFields({ draft, change, model, error }: Props) {
  return (
    <div className="flex flex-col gap-3 pb-4">
      <Field label="Prompt" error={error}>
        {(control) => (
          <textarea
            {...control}
            value={draft.prompt}
            rows={3}
            placeholder="What should be in the picture?"
            onChange={(event) => change({ prompt: event.target.value })}
            className={`${inputClass} field-sizing-content max-h-72 min-h-24 resize-none py-2.5`}
          />
        )}
      </Field>
      {model && model.examples.length > 0 ? (
        <div>
          <ul aria-label="Example prompts" className="flex flex-wrap gap-1.5">
            {model.examples.slice(0, EXAMPLES_SHOWN).map((example) => (
              <li key={example}>
                <button
                  type="button"
                  onClick={() => change({ prompt: example })}
                  className="min-h-7 rounded-frame border border-line px-2 text-small text-ink-soft transition-colors duration-150 hover:border-line-strong hover:text-ink pointer-coarse:min-h-10"
                >
                  {example}
                </button>
              </li>
            ))}
          </ul>
          {model.description ? <p className="mt-2 text-small text-ink-faint">{model.description}</p> : null}
        </div>
      ) : null}
      <Field label="Negative prompt">
        {(control) => (
          <textarea
            {...control}
            value={draft.negative_prompt}
            rows={1}
            placeholder="What should not"
            onChange={(event) => change({ negative_prompt: event.target.value })}
            className={`${inputClass} field-sizing-content max-h-40 min-h-10 resize-none py-2`}
          />
        )}
      </Field>
    </div>
  );
}
