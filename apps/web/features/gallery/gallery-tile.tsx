'use client';

import type { Job } from '@darkroom/shared/schemas/job';
import { Images } from 'lucide-react';
import Link from 'next/link';
import { memo } from 'react';
import { pictureInWork } from '../job/develop.ts';
import { JobFrame } from '../job/job-frame.tsx';
import { useStateWords } from '../job/job-state.tsx';
import { STATUS_LOOKS } from '../job/status-looks.ts';
import { nameOf, pictures } from '../job/status-words.ts';
import { tileId } from './last-viewed.ts';

/** A tile of the gallery: the job's first picture or the one in work, how many there are, and its state unless it is simply done. */
export const GalleryTile = memo(function GalleryTile({ job }: { job: Job }) {
  const state = useStateWords(job);
  const count = job.images.length;
  return (
    <Link
      id={tileId(job.id)}
      href={`/gallery/${job.id}`}
      prefetch={false}
      aria-label={`${nameOf(job)}. ${state}`}
      className="group relative block size-full overflow-hidden rounded-frame"
    >
      <JobFrame job={job} index={job.images[0]?.index ?? pictureInWork(job)} fill />
      {count > 1 ? (
        <span
          title={pictures(count)}
          className="absolute top-2 right-2 flex items-center gap-1 rounded-frame bg-black/70 px-1.5 text-small text-white tabular-nums"
        >
          <Images size={13} aria-hidden />
          {count}
        </span>
      ) : null}
      {job.status === 'completed' ? <PromptCaption prompt={nameOf(job)} /> : <StateCaption job={job} state={state} />}
    </Link>
  );
});

/** Over a picture, only while one looks at it. */
function PromptCaption({ prompt }: { prompt: string }) {
  return (
    <span
      aria-hidden
      className="absolute inset-x-0 bottom-0 bg-linear-to-t from-black/90 via-black/70 to-transparent px-2.5 pt-8 pb-2 text-small text-white opacity-0 transition-opacity duration-150 group-hover:opacity-100 group-focus-visible:opacity-100"
    >
      <span className="line-clamp-2">{prompt}</span>
    </span>
  );
}

function StateCaption({ job, state }: { job: Job; state: string }) {
  const { icon: Icon, tone } = STATUS_LOOKS[job.status];
  return (
    <span
      aria-hidden
      className="absolute inset-x-0 bottom-0 flex flex-col bg-linear-to-t from-frame via-frame/85 to-transparent px-2.5 pt-10 pb-2.5 text-small"
    >
      <span className="truncate text-ink">{nameOf(job)}</span>
      <span className={`flex items-start gap-1.5 ${tone}`}>
        <Icon size={14} className="mt-[3px] shrink-0" />
        <span className="line-clamp-2 tabular-nums">{state}</span>
      </span>
    </span>
  );
}
