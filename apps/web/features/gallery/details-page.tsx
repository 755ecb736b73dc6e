'use client';

import type { Job } from '@darkroom/shared/schemas/job';
import { type QueryClient, useQuery, useQueryClient } from '@tanstack/react-query';
import Link from 'next/link';
import { usePathname, useSearchParams } from 'next/navigation';
import { useState } from 'react';
import { Button } from '../../components/ui/button.tsx';
import { ApiError, jobOptions, jobPagesOptions } from '../job/job-api.ts';
import { useLive } from '../job/use-live.ts';
import { DetailsView } from './details-view.tsx';
import { hrefOf, type Place, placeOf } from './neighbours.ts';

/**
 * One job: the picture large, everything about it beside it. Its neighbours are one key or one swipe away, and shown at once: the address
 * follows without a trip to the server, so that the next key never means the picture before.
 */
export function DetailsPage() {
  // Of the address, not of the page's parameters: after turning to a neighbour and coming back, those are of the picture opened first.
  const address = placeOf(usePathname(), useSearchParams().get('image'));
  const [{ id, image }, setPlace] = useState(address);
  const live = useLive();
  const client = useQueryClient();
  const { data, error, refetch } = useQuery({ ...jobOptions(id), placeholderData: () => jobInPages(client, id) });
  // The stream's word is newer while a job goes on; what is fetched is newer for an old one.
  const job = live.jobs[id] ?? data;
  const go = (to: Place) => {
    setPlace(to);
    window.history.replaceState(null, '', hrefOf(to));
  };
  if (job) return <DetailsView job={job} image={image} onGo={go} />;
  return error ? <Absent error={error} onRetry={() => void refetch()} /> : <Coming />;
}

/** A job that the gallery has loaded is shown at once, while it is fetched anew. */
function jobInPages(client: QueryClient, id: string): Job | undefined {
  const pages = client.getQueryData(jobPagesOptions().queryKey)?.pages ?? [];
  return pages.flatMap(({ jobs }) => jobs).find((job) => job.id === id);
}

function Coming() {
  return (
    <main aria-busy="true" className="grid min-h-dvh place-content-center">
      <h1 className="sr-only">The picture is being loaded</h1>
      <div aria-hidden className="size-64 overflow-hidden rounded-frame bg-frame">
        <div className="grain size-full" />
      </div>
    </main>
  );
}

function Absent({ error, onRetry }: { error: Error; onRetry: () => void }) {
  const isMissing = error instanceof ApiError && (error.status === 404 || error.status === 422);
  return (
    <main className="mx-auto flex max-w-md flex-col items-start gap-3 px-6 py-24">
      <h1 className="text-title font-semibold">
        {isMissing ? 'There is no such picture' : 'The picture cannot be loaded'}
      </h1>
      <p className="text-ink-soft">
        {isMissing ? 'The address has a slip, or the picture was never asked for.' : error.message}
      </p>
      {isMissing ? (
        <Link href="/gallery" className="text-safelight underline underline-offset-4">
          To the gallery
        </Link>
      ) : (
        <Button onClick={onRetry}>Try again</Button>
      )}
    </main>
  );
}
