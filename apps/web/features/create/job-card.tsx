'use client';

import { isFinished, type Job } from '@darkroom/shared/schemas/job';
import { Download, RotateCcw, SlidersHorizontal, X } from 'lucide-react';
import Link from 'next/link';
import { Button } from '../../components/ui/button.tsx';
import { CopyText } from '../../components/ui/copy-text.tsx';
import { IconButton } from '../../components/ui/icon-button.tsx';
import { JobFrames } from '../job/job-frame.tsx';
import { JobState, MachineWords } from '../job/job-state.tsx';
import { useJobActions } from '../job/use-job-actions.ts';

/** One job on the stage: its frames, its words, what can be done with it. */
export function JobCard({ job }: { job: Job }) {
  const { prompt } = job.generation_settings;
  return (
    <article aria-label={prompt} data-job={job.id} data-status={job.status} className="flex flex-col gap-2">
      <Link href={`/gallery/${job.id}`} aria-label={`Open ${prompt}`} className="block rounded-frame">
        <JobFrames job={job} eager />
      </Link>
      <div className="flex items-start justify-between gap-2">
        <div className="min-w-0">
          <p title={prompt} className="line-clamp-2 text-body break-words text-ink">
            {prompt}
          </p>
          <JobState job={job} />
        </div>
        <CardActions job={job} />
      </div>
      {job.warnings.map((warning) => (
        <p key={warning} className="text-small text-retry">
          {warning}
        </p>
      ))}
      <MachineWords job={job} />
    </article>
  );
}

function CardActions({ job }: { job: Job }) {
  const { cancel, tryAgain, reuse } = useJobActions();
  if (!isFinished(job.status)) {
    return (
      <IconButton label="Cancel" onClick={() => void cancel(job)}>
        <X size={18} aria-hidden />
      </IconButton>
    );
  }
  const [image] = job.images;
  return (
    <div className="flex shrink-0 items-center">
      {job.status === 'completed' ? null : (
        <Button size="small" onClick={() => void tryAgain(job)}>
          <RotateCcw size={14} aria-hidden />
          Try again
        </Button>
      )}
      {job.status === 'completed' ? (
        <CopyText text={String(job.resolved_settings.seed)} what="seed" label="Seed" />
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
