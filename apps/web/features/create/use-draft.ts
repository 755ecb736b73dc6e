'use client';

import { useEffect, useState } from 'react';
import { type Draft, EMPTY_DRAFT, loadDraft, saveDraft } from '../job/draft.ts';
import { DRAFT_CHANGED } from '../job/use-job-actions.ts';

/**
 * The form's texts, kept across reloads. They are loaded after the first paint, which server and browser share; until then the form is not
 * `ready`, so that nothing typed into it is lost.
 */
export function useDraft(): { draft: Draft; change: (part: Partial<Draft>) => void; ready: boolean } {
  const [draft, setDraft] = useState(EMPTY_DRAFT);
  const [ready, setReady] = useState(false);
  useEffect(() => {
    const load = () => setDraft(loadDraft(localStorage));
    load();
    setReady(true);
    window.addEventListener(DRAFT_CHANGED, load);
    return () => window.removeEventListener(DRAFT_CHANGED, load);
  }, []);
  const change = (part: Partial<Draft>) =>
    setDraft((before) => {
      const after = { ...before, ...part };
      saveDraft(localStorage, after);
      return after;
    });
  return { draft, change, ready };
}
