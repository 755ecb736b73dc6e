'use client';

import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { Button } from '../../components/ui/button.tsx';
import { ApiError, jobOptions } from '../job/job-api.ts';
import { useLive } from '../job/use-live.ts';
import { DetailsView } from './details-view.tsx';

/** One job: the picture large, everything about it beside it. Its neighbours are one key or one swipe away. */
export function DetailsPage({ id, image }: { id: string; image: number }) {
  const live = useLive();
  const { data, error, refetch } = useQuery(jobOptions(id));
  // The stream's word is newer while a job goes on; what is fetched is newer for an old one.
  const job = live.jobs[id] ?? data;
  if (job) return <DetailsView job={job} image={image} />;
  return error ? <Absent error={error} onRetry={() => void refetch()} /> : <Coming />;
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
