'use client';

import Link from 'next/link';
import { newestFirst } from '../job/live-view.ts';
import { useLive } from '../job/use-live.ts';
import { JobCard } from './job-card.tsx';

const SHOWN = 60;

/** Submitted jobs in order, newest first; each develops in its place. */
export function Stage() {
  const live = useLive();
  const jobs = newestFirst(Object.values(live.jobs)).slice(0, SHOWN);
  if (!live.known) return <Frames />;
  if (jobs.length === 0) return <EmptyStage />;
  return (
    <>
      <ol className="grid grid-cols-[repeat(auto-fill,minmax(min(100%,15rem),1fr))] items-start gap-x-5 gap-y-8 p-4 sm:p-6 max-lg:[&>li:nth-child(n+2)]:hidden">
        {jobs.map((job) => (
          <li key={job.id}>
            <JobCard job={job} />
          </li>
        ))}
      </ol>
      {jobs.length > 1 ? (
        <Link
          href="/gallery"
          className="mx-4 mb-2 inline-flex min-h-10 items-center text-small text-ink-soft underline underline-offset-4 lg:hidden"
        >
          {jobs.length - 1} earlier in the gallery
        </Link>
      ) : null}
    </>
  );
}

function Frames() {
  return (
    <div aria-busy="true" className="grid grid-cols-[repeat(auto-fill,minmax(min(100%,15rem),1fr))] gap-5 p-4 sm:p-6">
      <p className="sr-only">Your pictures are being loaded</p>
      {['a', 'b', 'c'].map((each) => (
        <div key={each} aria-hidden className="grain aspect-square rounded-frame bg-frame" />
      ))}
    </div>
  );
}

function EmptyStage() {
  return (
    <div className="flex h-full min-h-72 flex-col items-center justify-center gap-4 p-8 text-center">
      <div aria-hidden className="grain grid size-40 place-content-center rounded-frame bg-frame">
        <span className="size-3 rounded-full bg-safelight" />
      </div>
      <h2 className="text-title font-semibold">The tray is empty</h2>
      <p className="max-w-sm text-ink-soft">
        Write what you would like to see, or take one of the examples, and press Generate. The picture develops right
        here.
      </p>
    </div>
  );
}
