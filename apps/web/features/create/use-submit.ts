'use client';

import type { ModelInfo } from '@darkroom/shared/schemas/model-info';
import { useState } from 'react';
import { toast } from 'sonner';
import type { Draft } from '../job/draft.ts';
import { ApiError, fetchJob, submitImage } from '../job/job-api.ts';
import { useJobActions } from '../job/use-job-actions.ts';
import { requestOf } from './form-request.ts';
import { errorWords, fieldErrors } from './server-errors.ts';

/** Sends the form; several may be under way at once. `onRefused` gets the names of the fields that the server found wrong. */
export function useSubmit(onRefused: (names: string[]) => void) {
  const { take } = useJobActions();
  const [serverErrors, setServerErrors] = useState<Readonly<Record<string, string>>>({});
  const submit = async (draft: Draft, model: ModelInfo) => {
    setServerErrors({});
    try {
      const { id } = await submitImage(requestOf(draft, model));
      take(await fetchJob(id));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      const errors = fieldErrors(error.problem);
      setServerErrors(errors);
      onRefused(Object.keys(errors));
      toast.error('The picture was not asked for', { description: errorWords(errors) || error.message });
    }
  };
  const clearServerErrors = () => setServerErrors((errors) => (Object.keys(errors).length > 0 ? {} : errors));
  return { submit, serverErrors, clearServerErrors };
}
