import type { Job } from '@darkroom/shared/schemas/job';
import { newestFirst } from '../job/live-view.ts';

/**
 * The gallery's list: pages of history and what the event stream told since, each job once, newest first. Jobs of the stream that are older
 * than the last loaded page belong to pages that are not loaded yet, and wait for them.
 */
export function mergeJobs(
  pages: readonly (readonly Job[])[],
  live: Readonly<Record<string, Job>>,
  complete: boolean,
): Job[] {
  const merged = new Map<string, Job>();
  for (const job of pages.flat()) merged.set(job.id, job);
  const oldest = pages.flat().at(-1)?.id ?? '';
  for (const job of Object.values(live)) {
    if (complete || job.id >= oldest || merged.has(job.id)) merged.set(job.id, job);
  }
  return newestFirst(merged.values());
}
