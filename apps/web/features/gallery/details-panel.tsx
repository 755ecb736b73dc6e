'use client';

import { isFinished, type Job } from '@darkroom/shared/schemas/job';
import { Download, RotateCcw, SlidersHorizontal, Terminal, X } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button, buttonClass } from '../../components/ui/button.tsx';
import { CopyText, copyText } from '../../components/ui/copy-text.tsx';
import { curlOf } from '../job/curl.ts';
import { JobState, MachineWords } from '../job/job-state.tsx';
import { samplerWords } from '../job/sampler-words.ts';
import { useJobActions } from '../job/use-job-actions.ts';
import { LifeLine } from './life-line.tsx';

/** Without the origin: the page's own, whatever name the server calls itself. */
export function downloadPath(job: Job, image: number): string {
  return `/images/${job.id}/files/${image}?download`;
}

/** The seed of one picture: that of the job for the first, and one more with each. */
export function seedOf(job: Job, image: number): string {
  return String(job.images.find(({ index }) => index === image)?.seed ?? job.resolved_settings.seed + image);
}

export function DetailsPanel({ job, image }: { job: Job; image: number }) {
  const { prompt, negative_prompt } = job.resolved_settings;
  return (
    <aside
      aria-label="About this picture"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
      tabIndex={0}
      className="flex shrink-0 flex-col gap-5 border-line p-5 max-lg:border-t lg:w-100 lg:overflow-y-auto lg:border-l"
    >
      <div className="flex flex-col gap-2">
        <h1 className="text-body font-medium break-words whitespace-pre-wrap">{prompt || 'Without a prompt'}</h1>
        {negative_prompt ? (
          <p className="text-small break-words whitespace-pre-wrap text-ink-soft">Not: {negative_prompt}</p>
        ) : null}
        <JobState job={job} />
        {job.warnings.map((warning) => (
          <p key={warning} className="text-small text-retry">
            {warning}
          </p>
        ))}
        <MachineWords job={job} />
      </div>
      <Actions job={job} image={image} />
      <Settings job={job} image={image} />
      <LifeLine job={job} />
    </aside>
  );
}

function Actions({ job, image }: { job: Job; image: number }) {
  const { cancel, tryAgain, reuse } = useJobActions();
  return (
    <div className="flex flex-wrap gap-2">
      {job.images.some(({ index }) => index === image) ? (
        <a href={downloadPath(job, image)} download className={buttonClass({ tone: 'solid' })}>
          <Download size={16} aria-hidden />
          Download
        </a>
      ) : null}
      {isFinished(job.status) ? null : (
        <Button onClick={() => void cancel(job)}>
          <X size={16} aria-hidden />
          Cancel
        </Button>
      )}
      {job.status === 'failed' || job.status === 'cancelled' ? (
        <Button onClick={() => void tryAgain(job)}>
          <RotateCcw size={16} aria-hidden />
          Try again
        </Button>
      ) : null}
      <Button onClick={() => reuse(job)}>
        <SlidersHorizontal size={16} aria-hidden />
        Re-use settings
      </Button>
      <Button onClick={() => void copyText(curlOf(job, window.location.origin), 'the curl command')}>
        <Terminal size={16} aria-hidden />
        Copy as curl
      </Button>
    </div>
  );
}

function Settings({ job, image }: { job: Job; image: number }) {
  const settings = job.resolved_settings;
  return (
    <dl className="grid grid-cols-[auto_1fr] items-baseline gap-x-5 gap-y-1.5 border-t border-line pt-4 text-small tabular-nums">
      <Fact name="Seed">
        <CopyText text={seedOf(job, image)} what="seed" />
      </Fact>
      <Fact name="Size">
        {settings.width} × {settings.height}
      </Fact>
      <Fact name="Steps">{settings.steps}</Fact>
      <Fact name="Guidance">{settings.cfg_scale}</Fact>
      <Fact name="Sampler">{samplerWords(settings.sampler, settings.schedule)}</Fact>
      {settings.clip_skip > 1 ? <Fact name="Clip skip">{settings.clip_skip}</Fact> : null}
      <Fact name="Model">{settings.model}</Fact>
      {Object.entries(job.metadata).map(([name, value]) => (
        <Fact key={name} name={name === 'grouping' ? 'Grouping' : name}>
          <span className="break-words">{value}</span>
        </Fact>
      ))}
      {job.engine ? (
        <Fact name="Engine">
          {job.engine['name']} {job.engine['version']} ({job.engine['execution_provider']})
        </Fact>
      ) : null}
      <Fact name="Job">
        <CopyText text={job.id} what="job id" />
      </Fact>
    </dl>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-ink-faint">{name}</dt>
      <dd className="min-w-0">{children}</dd>
    </>
  );
}
