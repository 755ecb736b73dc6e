'use client';

import type { Job } from '@darkroom/shared/schemas/job';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { jobPagesOptions } from '../job/job-api.ts';
import { useLive } from '../job/use-live.ts';
import { mergeJobs } from './merge-jobs.ts';

/** All jobs, as far as they are loaded. */
export function useGallery() {
  const query = useInfiniteQuery(jobPagesOptions());
  const { jobs: live } = useLive();
  const pages = query.data?.pages.map((page) => page.jobs);
  return { ...query, jobs: pages ? mergeJobs(pages, live, !query.hasNextPage) : [] };
}

/** How far the gallery is loaded to find the neighbours of a job whose address was opened directly. */
const PAGES_SEARCHED_MAX = 10;

/** The gallery as seen from one of its jobs: loaded so far that the next older job is there, if there is one. */
export function useGalleryAround(job: Job): readonly Job[] {
  const { jobs, data, hasNextPage, isFetchingNextPage, fetchNextPage } = useGallery();
  const isLacking = !jobs.some(({ id }) => id < job.id) && (data?.pages.length ?? 0) < PAGES_SEARCHED_MAX;
  useEffect(() => {
    if (isLacking && hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [isLacking, hasNextPage, isFetchingNextPage, fetchNextPage]);
  return jobs;
}
