'use client';

import type { Job } from '@darkroom/shared/schemas/job';
import { useQueryClient } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { toast } from 'sonner';
import { toastWithUndo } from '../../components/ui/undo-toast.ts';
import { type Draft, draftOf, loadDraft, saveDraft } from './draft.ts';
import { ApiError, cancelJob, fetchJob, replayJob } from './job-api.ts';
import { applyLive, EMPTY_LIVE_VIEW } from './live-view.ts';
import { liveOptions } from './use-live.ts';

/** Told when settings were put into the Create form from elsewhere. */
export const DRAFT_CHANGED = 'darkroom:draft';

function fillForm(draft: Draft): void {
  saveDraft(localStorage, draft);
  window.dispatchEvent(new Event(DRAFT_CHANGED));
}

/** What can be done with a job; each says in a toast what went wrong. */
export function useJobActions() {
  const client = useQueryClient();
  const router = useRouter();
  const take = (job: Job) => {
    client.setQueryData(liveOptions().queryKey, (view = EMPTY_LIVE_VIEW) =>
      applyLive(view, { type: 'job', data: job }),
    );
    client.setQueryData(['job', job.id], job);
  };
  const tell = (what: string, error: unknown) =>
    toast.error(what, { description: error instanceof ApiError ? error.message : 'Something unexpected happened.' });

  const tryAgain = async (job: Job) => {
    try {
      await replayJob(job);
      take(await fetchJob(job.id));
    } catch (error) {
      tell('The job could not be started again', error);
    }
  };
  const cancel = async (job: Job) => {
    try {
      take(await cancelJob(job.id));
      toastWithUndo('Cancelled', () => void tryAgain(job));
    } catch (error) {
      tell('The job could not be cancelled', error);
    }
  };
  const reuse = (job: Job) => {
    const before = loadDraft(localStorage);
    fillForm(draftOf(job));
    router.push('/');
    toastWithUndo('Its settings are in the form', () => fillForm(before));
  };
  return { take, cancel, tryAgain, reuse };
}
