'use client';

import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { toast } from 'sonner';
import { Button } from '../../components/ui/button.tsx';
import { ApiError, submitImage } from '../job/job-api.ts';
import { useLive } from '../job/use-live.ts';

const SHOWN = 8;

/** An invitation: one click makes the first picture. */
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
    <div className="flex max-w-xl flex-col gap-4 py-12">
      <h2 className="text-title font-semibold">Every picture you make will hang here</h2>
      <p className="text-ink-soft">
        With its settings, so that you can find it, make it again and change it. Make the first one:
      </p>
      <ul aria-label="Example prompts" className="flex flex-wrap gap-2">
        {(model?.examples ?? []).slice(0, SHOWN).map((prompt) => (
          <li key={prompt}>
            <Button disabled={busy} onClick={() => void make(prompt)}>
              {prompt}
            </Button>
          </li>
        ))}
      </ul>
    </div>
  );
}
