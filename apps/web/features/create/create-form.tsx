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
      className="flex flex-1 flex-col px-4 pt-4 sm:px-5"
    >
      <fieldset disabled={!ready} className="flex min-w-0 flex-1 flex-col">
        <PromptFields form={form} />
        <SizeGroup form={form} />
        <ModelGroup form={form} />
        <MoreGroup form={form} />
        <GenerateButton draft={form.draft} model={form.model} reasons={reasons} />
      </fieldset>
    </form>
  );
}

/** An Enter that only confirms a composition is not ours (keyCode 229 in browsers that end the composition first). */
function isSendKey({ key, ctrlKey, metaKey, keyCode, nativeEvent }: KeyboardEvent): boolean {
  return key === 'Enter' && (ctrlKey || metaKey) && !nativeEvent.isComposing && keyCode !== 229;
}
