'use client';

import { useEffect, useRef } from 'react';
import { Button } from '../../components/ui/button.tsx';
import { EmptyGallery } from './empty-gallery.tsx';
import { GalleryTile } from './gallery-tile.tsx';
import { useGallery } from './use-gallery.ts';

const GRID = 'grid grid-cols-[repeat(auto-fill,minmax(min(44vw,12.5rem),1fr))] gap-1.5';

export function GalleryPage() {
  const gallery = useGallery();
  return (
    <main className="p-4 sm:p-6">
      <h1 className="mb-4 text-title font-semibold">Gallery</h1>
      <Content {...gallery} />
    </main>
  );
}

function Content({
  jobs,
  isPending,
  isError,
  error,
  refetch,
  hasNextPage,
  fetchNextPage,
  isFetchingNextPage,
}: ReturnType<typeof useGallery>) {
  if (isPending) return <LoadingGrid />;
  if (isError && jobs.length === 0) {
    return (
      <div role="alert" className="flex flex-col items-start gap-3 py-12">
        <h2 className="font-semibold">The gallery cannot be loaded</h2>
        <p className="text-ink-soft">{error.message} Your pictures are safe.</p>
        <Button onClick={() => void refetch()}>Try again</Button>
      </div>
    );
  }
  if (jobs.length === 0) return <EmptyGallery />;
  return (
    <>
      <ul aria-label="Pictures" className={GRID}>
        {jobs.map((job) => (
          <li key={job.id}>
            <GalleryTile job={job} />
          </li>
        ))}
      </ul>
      {hasNextPage ? <More busy={isFetchingNextPage} onMore={() => void fetchNextPage()} /> : null}
    </>
  );
}

/** Loads the next page when it comes into sight; a button for everyone else. */
function More({ busy, onMore }: { busy: boolean; onMore: () => void }) {
  const end = useRef<HTMLDivElement>(null);
  const more = useRef(onMore);
  useEffect(() => {
    more.current = onMore;
  });
  useEffect(() => {
    const element = end.current;
    if (!element || busy) return;
    const observer = new IntersectionObserver(([entry]) => entry?.isIntersecting && more.current(), {
      rootMargin: '800px',
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [busy]);
  return (
    <div ref={end} className="flex justify-center py-8">
      <Button onClick={onMore} disabled={busy}>
        {busy ? 'Loading older pictures …' : 'Load older pictures'}
      </Button>
    </div>
  );
}

function LoadingGrid() {
  return (
    <div aria-busy="true" className={GRID}>
      <p className="sr-only">The pictures are being loaded</p>
      {Array.from({ length: 12 }, (_, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: placeholders have no identity
        <div key={i} aria-hidden className="grain aspect-square rounded-frame bg-frame" />
      ))}
    </div>
  );
}
