'use client';

import type { ModelInfo } from '@darkroom/shared/schemas/model-info';
import { useState } from 'react';
import { toast } from 'sonner';
import type { Draft } from '../job/draft.ts';
import { ApiError, fetchJob, submitImage } from '../job/job-api.ts';
import { useJobActions } from '../job/use-job-actions.ts';
import { requestOf } from './form-request.ts';

/** What the server found wrong, by the field of the request. */
export type ServerErrors = Readonly<Record<string, string>>;

/** Sends the form; several may be under way at once. */
export function useSubmit() {
  const { take } = useJobActions();
  const [serverErrors, setServerErrors] = useState<ServerErrors>({});
  const submit = async (draft: Draft, model: ModelInfo) => {
    setServerErrors({});
    try {
      const { id } = await submitImage(requestOf(draft, model));
      take(await fetchJob(id));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      const errors = error.problem?.errors ?? [];
      setServerErrors(
        Object.fromEntries(errors.map(({ pointer, detail }) => [pointer.split('/').at(-1) ?? '', detail])),
      );
      toast.error('The picture was not asked for', { description: errors[0]?.detail ?? error.message });
    }
  };
  return { submit, serverErrors, clearServerErrors: () => setServerErrors({}) };
}
