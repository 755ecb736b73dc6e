import type { Job } from '@darkroom/shared/schemas/job';
import { framesOf } from '../job/frames-of.ts';

/** One picture of the gallery: a job and which of its pictures. */
export type Place = { id: string; image: number };

/** The pictures before and after one: first within its job, then those of the jobs beside it. `jobs` are newest first. */
export function neighboursOf(jobs: readonly Job[], { id, image }: Place): { newer: Place | null; older: Place | null } {
  const place = jobs.findIndex((job) => job.id === id);
  const here = jobs[place];
  if (!here) return { newer: null, older: null };
  const [before, after] = [jobs[place - 1], jobs[place + 1]];
  const newer = image > 0 ? { id, image: image - 1 } : before && { id: before.id, image: framesOf(before) - 1 };
  const older = image + 1 < framesOf(here) ? { id, image: image + 1 } : after && { id: after.id, image: 0 };
  return { newer: newer ?? null, older: older ?? null };
}

export function hrefOf({ id, image }: Place): string {
  return `/gallery/${id}${image > 0 ? `?image=${image}` : ''}`;
}

/** The picture that an address means; one that makes no sense means the first. */
export function placeOf(pathname: string, image: string | null): Place {
  const id = pathname.split('/')[2] ?? '';
  return { id, image: /^\d{1,4}$/.test(image ?? '') ? Number(image) : 0 };
}
