'use client';

import { useInfiniteQuery } from '@tanstack/react-query';
import { jobPagesOptions } from '../job/job-api.ts';
import { useLive } from '../job/use-live.ts';
import { mergeJobs } from './merge-jobs.ts';

/** All jobs, as far as they are loaded. */
export function useGallery() {
  const query = useInfiniteQuery(jobPagesOptions());
  const { jobs: live } = useLive();
  const jobs = query.data
    ? mergeJobs(
        query.data.pages.map((page) => page.jobs),
        live,
        !query.hasNextPage,
      )
    : [];
  return { ...query, jobs };
}
