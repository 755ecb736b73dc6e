'use client';

import { isFinished, type Job } from '@darkroom/shared/schemas/job';
import { Images } from 'lucide-react';
import Link from 'next/link';
import { JobFrame } from '../job/job-frame.tsx';
import { pictures, stateOf } from '../job/status-words.ts';

/** A square of the grid: the job's first picture, how many there are, and its state unless it is simply done. */
export function GalleryTile({ job }: { job: Job }) {
  const { prompt } = job.generation_settings;
  const count = job.images.length;
  const state = stateOf(job, Date.now());
  return (
    <Link
      href={`/gallery/${job.id}`}
      aria-label={`${prompt}. ${state}`}
      className="group relative grid aspect-square place-items-center overflow-hidden rounded-frame bg-frame"
    >
      <div className="w-full">
        <JobFrame job={job} index={job.images[0]?.index ?? 0} />
      </div>
      {count > 1 ? (
        <span
          title={pictures(count)}
          className="absolute top-2 right-2 flex items-center gap-1 rounded-frame bg-black/70 px-1.5 text-small text-white tabular-nums"
        >
          <Images size={13} aria-hidden />
          {count}
        </span>
      ) : null}
      <span
        aria-hidden
        className={`absolute inset-x-0 bottom-0 line-clamp-2 bg-black/75 px-2 py-1.5 text-small text-white transition-opacity duration-150 ${isFinished(job.status) && job.status === 'completed' ? 'opacity-0 group-hover:opacity-100 group-focus-visible:opacity-100' : ''}`}
      >
        {job.status === 'completed' ? prompt : state}
      </span>
    </Link>
  );
}
