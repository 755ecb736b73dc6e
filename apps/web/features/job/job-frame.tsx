'use client';

import { isFinished, type Job } from '@darkroom/shared/schemas/job';
import { Ban, CircleAlert } from 'lucide-react';
import { useState } from 'react';
import { pictures, STATUS_WORDS } from './status-words.ts';

type Props = { job: Job; index: number; eager?: boolean };

/**
 * How far a picture has come, 0 to 1. The pictures of a batch develop together, batches after one another; the engine counts the steps of all.
 */
function developed({ progress, resolved_settings: { batch_size, n_iters } }: Job, index: number): number {
  if (!progress) return 0;
  const stepsEach = progress.steps / n_iters;
  const before = Math.floor(index / batch_size) * stepsEach;
  return Math.min(1, Math.max(0, (progress.step - before) / stepsEach));
}

/** The preview is of the first picture in work. */
function isPreviewed({ progress, resolved_settings: { batch_size } }: Job, index: number): boolean {
  return progress?.preview != null && index === progress.pictures - (progress.pictures % batch_size);
}

const BLUR_PX = 14;

/**
 * The frame of one picture, with the picture's aspect before it exists. The preview comes up out of blur and grain; the picture takes its
 * place in the same frame once the browser has it.
 */
export function JobFrame({ job, index, eager = false }: Props) {
  const [loaded, setLoaded] = useState(false);
  const image = job.images.find((each) => each.index === index);
  const { width, height, prompt } = job.resolved_settings;
  const preview = isPreviewed(job, index) ? job.progress?.preview : null;
  const isLive = job.status === 'rendering';
  const share = developed(job, index);
  return (
    <div
      className={`relative overflow-hidden rounded-frame bg-frame ${loaded ? '' : 'grain'}`}
      style={{ aspectRatio: `${width} / ${height}` }}
    >
      {preview && !loaded && !isFinished(job.status) ? (
        // biome-ignore lint/performance/noImgElement: a data URL of a few kilobytes
        <img
          src={preview}
          alt=""
          className="absolute inset-0 size-full object-cover transition-[filter,opacity] duration-200"
          style={{ filter: `blur(${((1 - share) * BLUR_PX).toFixed(1)}px)`, opacity: 0.25 + 0.75 * share }}
        />
      ) : null}
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
            if (element?.complete && element.naturalWidth > 0 && !loaded) setLoaded(true);
          }}
          onLoad={() => setLoaded(true)}
          className={`absolute inset-0 size-full object-cover transition-opacity duration-200 ${loaded ? 'opacity-100' : 'opacity-0'}`}
        />
      ) : (
        <FrameNote job={job} />
      )}
      {isLive && !image ? (
        <div
          role="progressbar"
          aria-label={`Developing: ${prompt}`}
          aria-valuemin={0}
          aria-valuemax={100}
          aria-valuenow={Math.round(share * 100)}
          className="absolute inset-x-0 bottom-0 h-0.5 bg-black/30"
        >
          <div className="h-full bg-safelight transition-[width] duration-200" style={{ width: `${share * 100}%` }} />
        </div>
      ) : null}
    </div>
  );
}

/** What stands in a frame that has no picture. */
function FrameNote({ job }: { job: Job }) {
  if (job.status === 'failed' || job.status === 'cancelled') {
    const Icon = job.status === 'failed' ? CircleAlert : Ban;
    return (
      <div
        className={`absolute inset-0 grid place-content-center ${job.status === 'failed' ? 'text-failed' : 'text-ink-faint'}`}
      >
        <Icon size={28} strokeWidth={1.5} aria-label={STATUS_WORDS[job.status]} />
      </div>
    );
  }
  return job.status === 'rendering' ? null : (
    <span aria-hidden className="absolute inset-0 grid place-content-center text-small text-ink-soft">
      {STATUS_WORDS[job.status]}
    </span>
  );
}

/** All frames of a job: one as it is, several in a grid. */
export function JobFrames({ job, eager = false }: { job: Job; eager?: boolean }) {
  const { batch_size, n_iters } = job.resolved_settings;
  const count = batch_size * n_iters;
  const columns = count === 1 ? 1 : count <= 4 ? 2 : Math.min(4, Math.ceil(Math.sqrt(count)));
  return (
    <div
      className="grid gap-1"
      style={{ gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))` }}
      {...(count > 1 ? { role: 'group', 'aria-label': pictures(count) } : {})}
    >
      {Array.from({ length: count }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the index is the picture's identity
        <JobFrame key={index} job={job} index={index} eager={eager} />
      ))}
    </div>
  );
}
