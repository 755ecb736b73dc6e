'use client';

import { Grid3x3, Rows3 } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { Button } from '../../components/ui/button.tsx';
import { IconButton } from '../../components/ui/icon-button.tsx';
import { EmptyGallery } from './empty-gallery.tsx';
import { GalleryGrid, SQUARES } from './gallery-grid.tsx';
import { useGallery } from './use-gallery.ts';
import { type Layout, useLayout } from './use-layout.ts';

export function GalleryPage() {
  const gallery = useGallery();
  const [layout, setLayout] = useLayout();
  return (
    <main className="p-4 sm:p-6">
      <div className="mb-3 flex min-h-10 items-center justify-between">
        <h1 className="text-title font-semibold">Gallery</h1>
        {gallery.jobs.length > 0 ? <LayoutChoice layout={layout} onChange={setLayout} /> : null}
      </div>
      <Content gallery={gallery} layout={layout} />
    </main>
  );
}

const CHOICES = [
  { layout: 'squares', label: 'Squares', icon: Grid3x3 },
  { layout: 'rows', label: 'Rows, each picture whole', icon: Rows3 },
] as const;

function LayoutChoice({ layout, onChange }: { layout: Layout; onChange: (layout: Layout) => void }) {
  return (
    <fieldset aria-label="Layout" className="flex gap-1">
      {CHOICES.map(({ layout: each, label, icon: Icon }) => (
        <IconButton
          key={each}
          label={label}
          aria-pressed={layout === each}
          onClick={() => onChange(each)}
          className="aria-pressed:bg-raised aria-pressed:!text-ink"
        >
          <Icon size={16} aria-hidden />
        </IconButton>
      ))}
    </fieldset>
  );
}

function Content({ gallery, layout }: { gallery: ReturnType<typeof useGallery>; layout: Layout }) {
  const { jobs, isPending, isError, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = gallery;
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
      <GalleryGrid jobs={jobs} layout={layout} />
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

const PLACEHOLDERS = Array.from({ length: 18 }, (_, index) => index);

function LoadingGrid() {
  return (
    <div aria-busy="true" className={SQUARES}>
      <p className="sr-only">The pictures are being loaded</p>
      {PLACEHOLDERS.map((each) => (
        <div key={each} aria-hidden className="aspect-square overflow-hidden rounded-frame bg-frame">
          <div className="grain size-full" />
        </div>
      ))}
    </div>
  );
}
