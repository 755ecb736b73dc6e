'use client';

import type { ModelVocabulary } from '@darkroom/shared/schemas/model-info';
import { Dices } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { Disclosure } from '../../components/ui/disclosure.tsx';
import { Field, inputClass } from '../../components/ui/field.tsx';
import { toastWithUndo } from '../../components/ui/undo-toast.ts';
import { surprise, withArticle } from './surprise.ts';
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
  const [wordsOpen, setWordsOpen] = useState(false);
  /** What a click wrote last: replacing it loses nothing. */
  const [offered, setOffered] = useState<string>();
  if (!model) return null;
  const { examples, vocabulary, description } = model;
  const take = (prompt: string) => {
    const before = draft.prompt;
    change({ prompt });
    setOffered(prompt);
    const isOwn = before.trim() !== '' && before !== offered && !examples.includes(before);
    if (isOwn) toastWithUndo('Your prompt was replaced', () => change({ prompt: before }));
  };
  return (
    <div className="flex flex-col gap-2">
      {examples.length > 0 || vocabulary ? (
        <ul aria-label="Example prompts" className="flex flex-wrap gap-1.5">
          {examples.slice(0, EXAMPLES_SHOWN).map((example) => (
            <li key={example}>
              <Chip onClick={() => take(example)}>{example}</Chip>
            </li>
          ))}
          <li>
            <Chip onClick={() => take(surprise(model) ?? draft.prompt)}>
              <Dices size={14} aria-hidden />
              Surprise me
            </Chip>
          </li>
        </ul>
      ) : null}
      <p className="text-small text-ink-faint">
        {description ? `${description} ` : null}For another model, put its ONNX folder into{' '}
        <code className="font-mono text-[0.75rem] text-ink-soft">models/</code>.
      </p>
      {vocabulary ? (
        <Disclosure
          title="What it can draw"
          summary={`${vocabulary.things.length} things`}
          open={wordsOpen}
          onOpenChange={setWordsOpen}
        >
          <Words vocabulary={vocabulary} onTake={take} />
        </Disclosure>
      ) : null}
    </div>
  );
}

function Words({ vocabulary, onTake }: { vocabulary: ModelVocabulary; onTake: (prompt: string) => void }) {
  const { things, styles, colours, pairs } = vocabulary;
  return (
    <>
      <ul aria-label="Things it can draw" className="flex max-h-52 flex-wrap gap-1 overflow-y-auto">
        {things.map((thing) => (
          <li key={thing}>
            <Chip onClick={() => onTake(withArticle(thing))}>{thing}</Chip>
          </li>
        ))}
      </ul>
      <p className="text-small text-ink-soft">
        {styles.length > 0 ? `Styles: ${styles.join(', ')}. ` : null}
        {colours.length > 0 ? `Colours of a thing, or “on a … background”: ${colours.join(', ')}. ` : null}
        {pairs ? 'Two things: “a … and a …”.' : null}
      </p>
    </>
  );
}

function Chip({ onClick, children }: { onClick: () => void; children: ReactNode }) {
  return (
    <button
      type="button"
      onClick={onClick}
      className="inline-flex min-h-7 items-center gap-1.5 rounded-frame border border-line px-2 text-small text-ink-soft transition-colors duration-150 hover:border-line-strong hover:text-ink pointer-coarse:min-h-10"
    >
      {children}
    </button>
  );
}
