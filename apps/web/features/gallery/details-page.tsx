'use client';

import { isFinished, type Job } from '@darkroom/shared/schemas/job';
import { useQuery } from '@tanstack/react-query';
import { ArrowLeft, ChevronLeft, ChevronRight } from 'lucide-react';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { Button } from '../../components/ui/button.tsx';
import { IconButton } from '../../components/ui/icon-button.tsx';
import { useKeys } from '../../components/use-keys.ts';
import { ApiError, jobOptions } from '../job/job-api.ts';
import { JobFrame } from '../job/job-frame.tsx';
import { useJobActions } from '../job/use-job-actions.ts';
import { useLive } from '../job/use-live.ts';
import { DetailsPanel, downloadPath } from './details-panel.tsx';
import { useGallery } from './use-gallery.ts';
import { useSwipe } from './use-swipe.ts';

/** One job: the picture large, everything about it beside it. Its neighbours are one key or one swipe away. */
export function DetailsPage({ id, image }: { id: string; image: number }) {
  const live = useLive();
  const { data, error, refetch } = useQuery(jobOptions(id));
  // The stream's word is newer while a job goes on; what is fetched is newer for an old one.
  const job = live.jobs[id] ?? data;
  if (!job) return <Absent error={error} onRetry={() => void refetch()} />;
  return <Details job={job} image={image} />;
}

function Details({ job, image }: { job: Job; image: number }) {
  const router = useRouter();
  const { reuse } = useJobActions();
  const { jobs } = useGallery();
  const place = jobs.findIndex(({ id }) => id === job.id);
  const newer = place > 0 ? jobs[place - 1] : undefined;
  const older = place >= 0 ? jobs[place + 1] : undefined;
  const go = (to: Job | undefined) => to && router.replace(`/gallery/${to.id}`);
  useKeys([
    ['ArrowLeft', () => go(newer)],
    ['ArrowRight', () => go(older)],
    ['Escape', () => router.push('/gallery')],
    ['d', () => job.images.length > 0 && window.location.assign(downloadPath(job, image))],
    ['r', () => reuse(job)],
  ]);
  const swipe = useSwipe({ left: () => go(older), right: () => go(newer) });
  return (
    <main className="flex min-h-dvh flex-col lg:h-dvh lg:min-h-0 lg:flex-row">
      <section
        aria-label="Picture"
        {...swipe}
        className="relative flex min-w-0 flex-1 flex-col justify-center gap-2 bg-frame p-4 sm:p-10"
      >
        <div className="absolute inset-x-2 top-2 z-10 flex justify-between">
          <IconButton label="Back to the gallery" shortcut="Esc" render={<Link href="/gallery" />}>
            <ArrowLeft size={18} aria-hidden />
          </IconButton>
          <div className="flex">
            <Neighbour label="Newer picture" shortcut="←" to={newer}>
              <ChevronLeft size={18} aria-hidden />
            </Neighbour>
            <Neighbour label="Older picture" shortcut="→" to={older}>
              <ChevronRight size={18} aria-hidden />
            </Neighbour>
          </div>
        </div>
        <div
          className="mx-auto w-full pt-8"
          style={{
            maxWidth: `min(100%, calc((100dvh - 12rem) * ${job.resolved_settings.width / job.resolved_settings.height}), 768px)`,
          }}
        >
          <JobFrame key={`${job.id}/${image}`} job={job} index={image} eager />
        </div>
        <Strip job={job} image={image} />
      </section>
      <DetailsPanel job={job} image={image} />
    </main>
  );
}

function Neighbour({
  label,
  shortcut,
  to,
  children,
}: {
  label: string;
  shortcut: string;
  to: Job | undefined;
  children: React.ReactNode;
}) {
  if (!to) return <span className="size-8" />;
  return (
    <IconButton label={label} shortcut={shortcut} render={<Link href={`/gallery/${to.id}`} replace />}>
      {children}
    </IconButton>
  );
}

/** The pictures of a job that has several. */
function Strip({ job, image }: { job: Job; image: number }) {
  const count = isFinished(job.status)
    ? job.images.length
    : job.resolved_settings.batch_size * job.resolved_settings.n_iters;
  if (count < 2) return null;
  return (
    <ul aria-label="Pictures of this job" className="flex justify-center gap-1.5 overflow-x-auto pt-2">
      {Array.from({ length: count }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the index is the picture's identity
        <li key={index} className="w-14 shrink-0">
          <Link
            href={`/gallery/${job.id}?image=${index}`}
            replace
            aria-label={`Picture ${index + 1}`}
            aria-current={index === image ? 'true' : undefined}
            className="block rounded-frame opacity-60 hover:opacity-100 aria-[current]:opacity-100 aria-[current]:outline-2 aria-[current]:outline-safelight"
          >
            <JobFrame job={job} index={index} />
          </Link>
        </li>
      ))}
    </ul>
  );
}

function Absent({ error, onRetry }: { error: Error | null; onRetry: () => void }) {
  if (!error) {
    return (
      <main aria-busy="true" className="grid min-h-dvh place-content-center bg-frame">
        <p className="sr-only">The picture is being loaded</p>
        <div aria-hidden className="grain size-64 rounded-frame" />
      </main>
    );
  }
  const missing = error instanceof ApiError && (error.status === 404 || error.status === 422);
  return (
    <main role="alert" className="mx-auto flex max-w-md flex-col items-start gap-3 px-6 py-24">
      <h1 className="text-title font-semibold">
        {missing ? 'There is no such picture' : 'The picture cannot be loaded'}
      </h1>
      <p className="text-ink-soft">
        {missing ? 'The address has a slip, or the picture was never asked for.' : error.message}
      </p>
      {missing ? (
        <Link href="/gallery" className="text-safelight underline underline-offset-4">
          To the gallery
        </Link>
      ) : (
        <Button onClick={onRetry}>Try again</Button>
      )}
    </main>
  );
}
