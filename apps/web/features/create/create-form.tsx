'use client';

import type { FormEvent, KeyboardEvent } from 'react';
import { ModelGroup, MoreGroup, SizeGroup } from './form-groups.tsx';
import { GenerateButton } from './generate-button.tsx';
import { PromptFields } from './prompt-fields.tsx';
import { useCreateForm } from './use-create-form.ts';

export function CreateForm() {
  const { form, reasons, ready, send } = useCreateForm();
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    send();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (!isSendKey(event)) return;
    event.preventDefault();
    send();
  };
  return (
    <form
      aria-label="Create a picture"
      onSubmit={onSubmit}
      onKeyDown={onKeyDown}
      noValidate
      className="flex min-h-0 flex-1 flex-col"
    >
      <fieldset disabled={!ready} className="flex min-h-0 min-w-0 flex-1 flex-col">
        <div
          className="px-4 pt-4 sm:px-5 lg:min-h-0 lg:flex-1 lg:overflow-y-auto"
          // Room for what stands over the end of the page where the window is narrow.
          style={{ paddingBottom: `calc(var(--bar-height, 0rem) + ${reasons.length} * var(--bar-line, 0rem))` }}
        >
          <PromptFields form={form} />
          <SizeGroup form={form} />
          <ModelGroup form={form} />
          <MoreGroup form={form} />
        </div>
        <GenerateButton draft={form.draft} model={form.model} reasons={reasons} />
      </fieldset>
    </form>
  );
}

/** An Enter that only confirms a composition is not ours (keyCode 229 in browsers that end the composition first). */
function isSendKey({ key, ctrlKey, metaKey, keyCode, nativeEvent }: KeyboardEvent): boolean {
  return key === 'Enter' && (ctrlKey || metaKey) && !nativeEvent.isComposing && keyCode !== 229;
}
