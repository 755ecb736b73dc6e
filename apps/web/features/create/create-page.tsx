'use client';

import { CreateForm } from './create-form.tsx';
import { Stage } from './stage.tsx';

/** The form on the left, the stage where pictures develop on the right; on a phone the stage comes first. */
export function CreatePage() {
  return (
    <main className="flex flex-col lg:h-dvh lg:flex-row">
      <h1 className="sr-only">Create</h1>
      <section
        aria-label="Settings"
        className="flex shrink-0 flex-col border-line max-lg:order-2 max-lg:[--bar-height:6rem] max-lg:[--bar-line:1.375rem] lg:w-96 lg:border-r"
      >
        <CreateForm />
      </section>
      <section
        aria-label="Your pictures"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
        tabIndex={0}
        className="min-w-0 flex-1 max-lg:order-1 lg:overflow-y-auto"
      >
        <Stage />
      </section>
    </main>
  );
}
