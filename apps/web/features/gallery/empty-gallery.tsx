'use client';

import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { toast } from 'sonner';
import { ApiError, submitImage } from '../job/job-api.ts';
import { useLive } from '../job/use-live.ts';

const SHOWN = 12;

/** An invitation: empty frames, each of which becomes a picture with one click. */
export function EmptyGallery() {
  const { models } = useLive();
  const router = useRouter();
  const [busy, setBusy] = useState(false);
  const model = models.models.find(({ id }) => id === models.default_model) ?? models.models[0];
  const make = async (prompt: string) => {
    setBusy(true);
    try {
      await submitImage({ generation_settings: { prompt } });
      router.push('/');
    } catch (error) {
      setBusy(false);
      toast.error('The picture was not asked for', {
        description: error instanceof ApiError ? error.message : 'Try again.',
      });
    }
  };
  return (
    <div className="flex flex-col gap-5 pt-2">
      <div className="flex max-w-xl flex-col gap-1">
        <h2 className="text-title font-semibold">Every picture you make will hang here</h2>
        <p className="text-ink-soft">
          With all its settings, so that you can find it, make it again and change it. Make the first one: choose a
          frame.
        </p>
      </div>
      <ul
        aria-label="Example prompts"
        className="grid max-w-5xl grid-cols-[repeat(auto-fill,minmax(min(40vw,10rem),1fr))] gap-1.5"
      >
        {(model?.examples ?? []).slice(0, SHOWN).map((prompt) => (
          <li key={prompt}>
            <ExampleFrame prompt={prompt} disabled={busy} onClick={() => void make(prompt)} />
          </li>
        ))}
      </ul>
    </div>
  );
}

type FrameProps = { prompt: string; disabled: boolean; onClick: () => void };

function ExampleFrame({ prompt, disabled, onClick }: FrameProps) {
  return (
    <button
      type="button"
      disabled={disabled}
      onClick={onClick}
      className="group relative block aspect-square w-full overflow-hidden rounded-frame bg-frame text-left text-small text-ink-soft hover:text-ink focus-visible:text-ink"
    >
      <span
        aria-hidden
        className="safelight-glow absolute inset-0 opacity-0 !animate-none transition-opacity duration-200 group-hover:opacity-100 group-focus-visible:opacity-100"
      />
      <span aria-hidden className="grain absolute inset-0" />
      <span className="absolute inset-x-0 bottom-0 p-2.5">{prompt}</span>
    </button>
  );
}
