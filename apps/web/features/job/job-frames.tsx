'use client';

import type { Job } from '@darkroom/shared/schemas/job';
import Link from 'next/link';
import { framesOf } from './frames-of.ts';
import { JobFrame } from './job-frame.tsx';
import { nameOf, pictures } from './status-words.ts';

/** All frames of a job: one as it is, several in a grid. Each leads to its picture. */
export function JobFrames({ job, eager = false }: { job: Job; eager?: boolean }) {
  const count = framesOf(job);
  const columns = count === 1 ? 1 : count <= 4 ? 2 : Math.min(4, Math.ceil(Math.sqrt(count)));
  return (
    <div
      className="grid gap-1"
      style={{ gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))` }}
      {...(count > 1 ? { role: 'group', 'aria-label': pictures(count) } : {})}
    >
      {Array.from({ length: count }, (_, index) => (
        <Link
          // biome-ignore lint/suspicious/noArrayIndexKey: the index is the picture's identity
          key={index}
          href={`/gallery/${job.id}${index > 0 ? `?image=${index}` : ''}`}
          prefetch={false}
          aria-label={count === 1 ? `Open ${nameOf(job)}` : `Open picture ${index + 1} of ${nameOf(job)}`}
          className="block rounded-frame"
        >
          <JobFrame job={job} index={index} eager={eager} />
        </Link>
      ))}
    </div>
  );
}
