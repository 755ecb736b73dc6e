'use client';

import { isFinished, type Job } from '@darkroom/shared/schemas/job';
import { Download, RotateCcw, SlidersHorizontal, Sprout, X } from 'lucide-react';
import { memo } from 'react';
import { Button } from '../../components/ui/button.tsx';
import { copyText } from '../../components/ui/copy-text.tsx';
import { IconButton } from '../../components/ui/icon-button.tsx';
import { JobFrames } from '../job/job-frames.tsx';
import { JobState, MachineWords } from '../job/job-state.tsx';
import { nameOf } from '../job/status-words.ts';
import { useJobActions } from '../job/use-job-actions.ts';

/** One job on the stage: its frames, its words, what can be done with it. Progress of one job draws no other anew. */
export const JobCard = memo(function JobCard({ job }: { job: Job }) {
  const { prompt } = job.generation_settings;
  return (
    <article aria-label={nameOf(job)} data-job={job.id} data-status={job.status} className="flex flex-col gap-2">
      <JobFrames job={job} eager />
      <div>
        <p title={prompt} className="line-clamp-2 text-body break-words text-ink">
          {prompt}
        </p>
        <div className="flex min-h-8 flex-wrap items-center gap-x-1">
          <JobState job={job} />
          <MachineWords job={job} />
          <CardActions job={job} />
        </div>
      </div>
      {job.warnings.map((warning) => (
        <p key={warning} className="text-small text-retry">
          {warning}
        </p>
      ))}
    </article>
  );
});

function CardActions({ job }: { job: Job }) {
  const { cancel, tryAgain, reuse } = useJobActions();
  if (!isFinished(job.status)) {
    return (
      <Button tone="quiet" size="small" className="-mr-1.5 ml-auto !gap-1 !px-1.5" onClick={() => void cancel(job)}>
        <X size={14} aria-hidden />
        Cancel
      </Button>
    );
  }
  const [image] = job.images;
  const seed = String(job.resolved_settings.seed);
  return (
    <div className="-mr-2 ml-auto flex shrink-0 items-center">
      {job.status === 'completed' ? null : (
        <Button tone="quiet" size="small" onClick={() => void tryAgain(job)}>
          <RotateCcw size={14} aria-hidden />
          Try again
        </Button>
      )}
      {image ? (
        <IconButton label={`Copy seed ${seed}`} onClick={() => void copyText(seed, 'seed')}>
          <Sprout size={16} aria-hidden />
        </IconButton>
      ) : null}
      <IconButton label="Re-use settings" onClick={() => reuse(job)}>
        <SlidersHorizontal size={16} aria-hidden />
      </IconButton>
      {image ? (
        <IconButton label="Download" render={<a href={`${new URL(image.url).pathname}?download`} download />}>
          <Download size={16} aria-hidden />
        </IconButton>
      ) : null}
    </div>
  );
}
