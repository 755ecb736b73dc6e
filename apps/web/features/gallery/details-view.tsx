'use client';

import type { Job } from '@darkroom/shared/schemas/job';
import { ArrowLeft, ChevronLeft, ChevronRight } from 'lucide-react';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { type ComponentProps, type MouseEvent, type ReactNode, useEffect } from 'react';
import { copyText } from '../../components/ui/copy-text.tsx';
import { IconButton } from '../../components/ui/icon-button.tsx';
import { useKeys } from '../../components/use-keys.ts';
import { framesOf } from '../job/frames-of.ts';
import { JobFrame } from '../job/job-frame.tsx';
import { useJobActions } from '../job/use-job-actions.ts';
import { DetailsPanel, downloadPath, seedOf } from './details-panel.tsx';
import { rememberViewed } from './last-viewed.ts';
import { hrefOf, neighboursOf, type Place } from './neighbours.ts';
import { useGalleryAround } from './use-gallery.ts';
import { useSwipe } from './use-swipe.ts';

type Props = { job: Job; image: number; onGo: (to: Place) => void };

export function DetailsView({ job, image, onGo }: Props) {
  const { newer, older } = useNeighbours(job, image);
  const go = (to: Place | null) => to && onGo(to);
  useDetailsKeys(job, image, go, { newer, older });
  const swipe = useSwipe({ left: () => go(older), right: () => go(newer) });
  return (
    <main className="flex min-h-dvh flex-col lg:h-dvh lg:min-h-0 lg:flex-row">
      <section aria-label="Picture" {...swipe} className="flex min-w-0 flex-1 flex-col gap-2 p-2 sm:p-3">
        <div className="flex shrink-0 justify-between">
          <IconButton label="Back to the gallery" shortcut="Esc" render={<Link href="/gallery" />}>
            <ArrowLeft size={18} aria-hidden />
          </IconButton>
          <div className="flex">
            <Neighbour label="Newer picture" shortcut="←" to={newer} onGo={onGo}>
              <ChevronLeft size={18} aria-hidden />
            </Neighbour>
            <Neighbour label="Older picture" shortcut="→" to={older} onGo={onGo}>
              <ChevronRight size={18} aria-hidden />
            </Neighbour>
          </div>
        </div>
        <div className="flex flex-1 flex-col justify-center gap-3 sm:px-6 sm:pb-6">
          <div className="mx-auto w-full" style={{ maxWidth: frameWidth(job) }}>
            <JobFrame key={`${job.id}/${image}`} job={job} index={image} eager />
          </div>
          <Strip job={job} image={image} onGo={onGo} />
        </div>
      </section>
      <DetailsPanel job={job} image={image} />
    </main>
  );
}

/** As large as the window allows, but not larger than three times its pixels. */
function frameWidth({ resolved_settings: { width, height } }: Job): string {
  return `min(100%, calc((100dvh - 11rem) * ${width / height}), ${width * 3}px)`;
}

function useNeighbours(job: Job, image: number): Neighbours {
  const jobs = useGalleryAround(job);
  const { newer, older } = neighboursOf(jobs, { id: job.id, image });
  useEffect(() => rememberViewed(job.id), [job.id]);
  const waiting = [newer, older].flatMap((place) => (place ? [urlOf(jobs, place)] : [])).join(' ');
  useEffect(() => {
    // The browser fetches the neighbours now, so that they are there when one turns to them.
    for (const url of waiting.split(' ').filter(Boolean)) new Image().src = url;
  }, [waiting]);
  return { newer, older };
}

function urlOf(jobs: readonly Job[], { id, image }: Place): string {
  const url = jobs.find((job) => job.id === id)?.images.find(({ index }) => index === image)?.url;
  return url ? new URL(url).pathname : '';
}

type Neighbours = { newer: Place | null; older: Place | null };

function useDetailsKeys(job: Job, image: number, go: (to: Place | null) => void, { newer, older }: Neighbours): void {
  const router = useRouter();
  const { reuse, tryAgain } = useJobActions();
  useKeys([
    ['ArrowLeft', () => go(newer)],
    ['ArrowRight', () => go(older)],
    ['Escape', () => router.push('/gallery')],
    ['d', () => job.images.some(({ index }) => index === image) && window.location.assign(downloadPath(job, image))],
    ['r', () => reuse(job)],
    ['s', () => void copyText(seedOf(job, image), 'seed')],
    ['t', () => (job.status === 'failed' || job.status === 'cancelled') && void tryAgain(job)],
  ]);
}

type NeighbourProps = {
  label: string;
  shortcut: string;
  to: Place | null;
  onGo: (to: Place) => void;
  children: ReactNode;
};

function Neighbour({ label, shortcut, to, onGo, children }: NeighbourProps) {
  if (!to) return <span className="size-8 pointer-coarse:size-10" />;
  return (
    <IconButton label={label} shortcut={shortcut} render={<PlaceLink to={to} onGo={onGo} />}>
      {children}
    </IconButton>
  );
}

/** The pictures of a job that has several. */
function Strip({ job, image, onGo }: Props) {
  const count = framesOf(job);
  if (count < 2) return null;
  return (
    <ul aria-label="Pictures of this job" className="flex gap-1.5 overflow-x-auto p-1">
      {Array.from({ length: count }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the index is the picture's identity
        <li key={index} className="w-14 shrink-0 first:ml-auto last:mr-auto">
          <PlaceLink
            to={{ id: job.id, image: index }}
            onGo={onGo}
            aria-label={`Picture ${index + 1}`}
            aria-current={index === image ? 'true' : undefined}
            className="block rounded-frame opacity-50 transition-opacity duration-150 hover:opacity-100 aria-[current]:opacity-100 aria-[current]:outline-2 aria-[current]:outline-offset-2 aria-[current]:outline-ink"
          >
            <JobFrame job={job} index={index} />
          </PlaceLink>
        </li>
      ))}
    </ul>
  );
}

type PlaceLinkProps = { to: Place; onGo: (to: Place) => void } & Omit<ComponentProps<typeof Link>, 'href'>;

/** A link like any other, to open elsewhere; a plain click turns to the picture here. */
function PlaceLink({ to, onGo, onClick, ...rest }: PlaceLinkProps) {
  const turn = (event: MouseEvent<HTMLAnchorElement>) => {
    onClick?.(event);
    if (event.defaultPrevented || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    onGo(to);
  };
  return <Link href={hrefOf(to)} replace prefetch={false} onClick={turn} {...rest} />;
}
