'use client';

import type { Job } from '@darkroom/shared/schemas/job';
import type { CSSProperties } from 'react';
import { newestFirst } from '../job/live-view.ts';
import { useLive } from '../job/use-live.ts';
import { JobCard } from './job-card.tsx';

const SHOWN = 60;

/** A grid; where there is no room for one, a strip to swipe through, all frames of one height, so that the form stays near. */
const LIST =
  'max-lg:flex max-lg:snap-x max-lg:snap-mandatory max-lg:scroll-px-4 max-lg:gap-3 max-lg:overflow-x-auto max-lg:px-4 max-lg:pt-4 max-lg:pb-1 lg:grid lg:grid-cols-[repeat(auto-fill,minmax(13rem,1fr))] lg:items-start lg:gap-x-5 lg:gap-y-7 lg:p-6';
const ITEM = 'max-lg:w-[min(80vw,calc(15rem*var(--aspect)))] max-lg:min-w-48 max-lg:shrink-0 max-lg:snap-start';

function aspectOf({ resolved_settings: { width, height } }: Job): CSSProperties {
  return { '--aspect': width / height } as CSSProperties; // React's type does not know custom properties
}

/** Submitted jobs in order, newest first; each develops in its place. */
export function Stage() {
  const live = useLive();
  const jobs = newestFirst(Object.values(live.jobs)).slice(0, SHOWN);
  if (!live.known) return <Frames />;
  if (jobs.length === 0) return <EmptyStage />;
  return (
    <ol aria-label="Jobs, newest first" className={LIST}>
      {jobs.map((job) => (
        <li key={job.id} className={ITEM} style={aspectOf(job)}>
          <JobCard job={job} />
        </li>
      ))}
    </ol>
  );
}

function Frames() {
  return (
    <div aria-busy="true" className={LIST}>
      <p className="sr-only">Your pictures are being loaded</p>
      {['a', 'b', 'c'].map((each) => (
        <div key={each} aria-hidden className="aspect-square rounded-frame bg-frame max-lg:w-60 max-lg:shrink-0">
          <div className="grain size-full" />
        </div>
      ))}
    </div>
  );
}

function EmptyStage() {
  return (
    <div className="flex h-full flex-col items-center justify-center gap-4 p-8 text-center max-lg:flex-row max-lg:p-4 max-lg:text-left">
      <div
        aria-hidden
        className="relative grid size-40 shrink-0 place-content-center overflow-hidden rounded-frame bg-frame max-lg:size-24"
      >
        <div className="safelight-glow absolute inset-0 !animate-none" />
        <div className="grain absolute inset-0" />
        <span className="relative size-2.5 rounded-full bg-safelight" />
      </div>
      <div className="flex flex-col gap-1">
        <h2 className="text-title font-semibold">The tray is empty</h2>
        <p className="max-w-sm text-ink-soft max-lg:text-small">
          Write what you would like to see, or take one of the examples, and press Generate. The picture develops right
          here.
        </p>
      </div>
    </div>
  );
}
