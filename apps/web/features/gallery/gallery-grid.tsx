'use client';

import type { Job } from '@darkroom/shared/schemas/job';
import { type CSSProperties, useEffect } from 'react';
import { GalleryTile } from './gallery-tile.tsx';
import { moveByArrows } from './grid-keys.ts';
import { takeLastViewed, tileId } from './last-viewed.ts';
import type { Layout } from './use-layout.ts';

export const SQUARES = 'grid grid-cols-[repeat(auto-fill,minmax(min(29vw,11.5rem),1fr))] gap-1.5';
/** Each tile grows by its aspect from a basis of the same height, so that the tiles of a row stay equally high; what follows the last fills its row. */
const ROWS = "flex flex-wrap gap-1.5 after:h-0 after:grow-[99] after:content-['']";

const ROW_REM = 13;

function styleOf({ resolved_settings: { width, height } }: Job, layout: Layout): CSSProperties {
  const aspect = width / height;
  if (layout === 'squares') return { aspectRatio: '1' };
  return { aspectRatio: `${aspect}`, flexGrow: aspect, flexBasis: `calc(${aspect} * min(${ROW_REM}rem, 40vw))` };
}

export function GalleryGrid({ jobs, layout }: { jobs: readonly Job[]; layout: Layout }) {
  useEffect(showLastViewed, []);
  return (
    <ul aria-label="Pictures" onKeyDown={moveByArrows} className={layout === 'squares' ? SQUARES : ROWS}>
      {jobs.map((job) => (
        <li key={job.id} className="min-w-0" style={styleOf(job, layout)}>
          <GalleryTile job={job} />
        </li>
      ))}
    </ul>
  );
}

/** One comes back from the details to where one was. */
function showLastViewed(): void {
  const id = takeLastViewed();
  const tile = id === null ? null : document.getElementById(tileId(id));
  tile?.focus({ preventScroll: true });
  tile?.scrollIntoView({ block: 'nearest' });
}
