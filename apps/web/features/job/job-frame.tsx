'use client';

import { isFinished, type Job } from '@darkroom/shared/schemas/job';
import { useState } from 'react';
import { developed, previewOf } from './develop.ts';
import { STATUS_LOOKS } from './status-looks.ts';

type Props = {
  job: Job;
  index: number;
  eager?: boolean;
  /** Fills what is around it, which tells the state, instead of having the picture's aspect. */
  fill?: boolean;
};

/** A picture that the browser has; it settles when it has come up over what was there before. */
type Loaded = { url: string; settled: boolean };

const BLUR_PX = 12;

/**
 * The frame of one picture, with the picture's aspect before it exists. The preview comes up out of blur and grain; the picture takes its
 * place in the same frame once the browser has it.
 */
export function JobFrame({ job, index, eager = false, fill = false }: Props) {
  const { width, height, prompt } = job.resolved_settings;
  const image = job.images.find((each) => each.index === index);
  const preview = useLastPreview(job, index);
  const share = developed(job, index);
  const [loaded, setLoaded] = useState<Loaded | null>(null);
  const isLoaded = image !== undefined && loaded?.url === image.url;
  const isSettled = isLoaded && loaded.settled;
  const isLive = job.status === 'rendering';
  return (
    <div
      className={`overflow-hidden bg-frame ${fill ? 'absolute inset-0' : 'relative rounded-frame'}`}
      style={fill ? undefined : { aspectRatio: `${width} / ${height}` }}
    >
      {isSettled ? null : <Latent live={isLive} preview={preview} share={share} />}
      {image ? (
        // biome-ignore lint/performance/noImgElement: the picture is shown as it is, not resized by a server
        <img
          src={new URL(image.url).pathname}
          alt={prompt}
          width={image.width}
          height={image.height}
          loading={eager ? 'eager' : 'lazy'}
          decoding="async"
          ref={(element) => {
            if (element?.complete && element.naturalWidth > 0 && !isLoaded)
              setLoaded({ url: image.url, settled: preview === null });
          }}
          onLoad={() => setLoaded({ url: image.url, settled: false })}
          onAnimationEnd={() => setLoaded({ url: image.url, settled: true })}
          className={`absolute inset-0 size-full object-cover ${isSettled ? '' : isLoaded ? 'come-up' : 'opacity-0'}`}
        />
      ) : fill ? null : (
        <FrameNote job={job} />
      )}
      {isLive && !image ? <ProgressLine share={share} label={`Developing: ${prompt}`} /> : null}
    </div>
  );
}

/** What is seen before the picture: grain, and under it the last preview, sharper with each step. */
function Latent({ live, preview, share }: { live: boolean; preview: string | null; share: number }) {
  return (
    <>
      {live ? <div aria-hidden className="safelight-glow absolute inset-0" /> : null}
      {preview ? (
        // biome-ignore lint/performance/noImgElement: a data URL of a few kilobytes
        <img
          src={preview}
          alt=""
          // Larger than its frame, so that the blur has no dark edge.
          className="absolute inset-0 size-full scale-110 object-cover transition-[filter,opacity] duration-200 data-sharp:scale-100"
          data-sharp={share === 1 || undefined}
          style={{ filter: `blur(${((1 - share) * BLUR_PX).toFixed(1)}px)`, opacity: 0.2 + 0.8 * share }}
        />
      ) : null}
      <div aria-hidden className="grain absolute inset-0" style={{ opacity: preview ? 1 - 0.8 * share : 1 }} />
    </>
  );
}

/** The last preview of this run stays until the picture is there, so that nothing falls back to grain in between. */
function useLastPreview(job: Job, index: number): string | null {
  const run = `${job.epoch}/${job.attempt}`;
  const now = previewOf(job, index);
  const [kept, setKept] = useState({ run, preview: now });
  if (kept.run !== run || (now !== null && now !== kept.preview)) setKept({ run, preview: now });
  if (isFinished(job.status) && job.status !== 'completed') return null;
  return kept.run === run ? (now ?? kept.preview) : now;
}

function ProgressLine({ share, label }: { share: number; label: string }) {
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(share * 100)}
      className="absolute inset-x-0 bottom-0 z-10 h-0.5 bg-ink/15"
    >
      <div
        className="h-full origin-left bg-safelight transition-transform duration-200"
        style={{ transform: `scaleX(${share})` }}
      />
    </div>
  );
}

/** What stands in a frame that has no picture: the icon of its state, whose word is beside the frame. Once is enough for many that wait. */
function FrameNote({ job }: { job: Job }) {
  const { batch_size, n_iters } = job.resolved_settings;
  if (job.status === 'rendering' || job.status === 'completed') return null;
  if (!isFinished(job.status) && batch_size * n_iters > 1) return null;
  const { icon: Icon, tone } = STATUS_LOOKS[job.status];
  return (
    <div aria-hidden className={`absolute inset-0 grid place-content-center ${tone}`}>
      <Icon size={22} strokeWidth={1.5} />
    </div>
  );
}
