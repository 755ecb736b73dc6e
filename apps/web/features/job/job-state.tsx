'use client';

import { isFinished, type Job, type JobStatus } from '@darkroom/shared/schemas/job';
import { Ban, Check, CircleAlert, CircleDashed, Hourglass, type LucideIcon, RotateCw, Unplug } from 'lucide-react';
import { useEffect, useState } from 'react';
import { stateOf } from './status-words.ts';

const LOOKS: Readonly<Record<JobStatus, { icon: LucideIcon; tone: string }>> = {
  waiting: { icon: Hourglass, tone: 'text-waiting' },
  rendering: { icon: CircleDashed, tone: 'text-safelight' },
  retrying: { icon: RotateCw, tone: 'text-retry' },
  recovering: { icon: Unplug, tone: 'text-retry' },
  completed: { icon: Check, tone: 'text-done' },
  cancelled: { icon: Ban, tone: 'text-ink-faint' },
  failed: { icon: CircleAlert, tone: 'text-failed' },
};

/** Icon, colour and words of where a job stands. */
export function JobState({ job }: { job: Job }) {
  const now = useNow(job.status === 'retrying');
  const { icon: Icon, tone } = LOOKS[job.status];
  return (
    <p className={`flex min-w-0 items-start gap-1.5 text-small ${tone}`}>
      <Icon size={14} aria-hidden className={`mt-[3px] shrink-0 ${job.status === 'rendering' ? 'live' : ''}`} />
      <span className="min-w-0 tabular-nums">{stateOf(job, now)}</span>
    </p>
  );
}

function useNow(ticking: boolean): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (!ticking) return;
    const timer = setInterval(() => setNow(Date.now()), 500);
    return () => clearInterval(timer);
  }, [ticking]);
  return now;
}

/** The machine's words, one click away. */
export function MachineWords({ job }: { job: Job }) {
  const causes = job.attempts.flatMap(({ attempt, cause }) => (cause ? [{ attempt, ...cause }] : []));
  const shown = causes.length > 0 ? causes : job.error ? [{ attempt: job.attempt, ...job.error }] : [];
  if (shown.length === 0 || (isFinished(job.status) && job.status !== 'failed')) return null;
  return (
    <details className="text-small text-ink-soft">
      <summary className="cursor-pointer rounded-frame py-0.5 hover:text-ink">What the machine said</summary>
      <ol className="mt-1 flex flex-col gap-1">
        {shown.map(({ attempt, code, message }) => (
          <li key={attempt} className="rounded-frame bg-frame p-2 font-mono text-[0.75rem] leading-5 break-words">
            Attempt {attempt}: {code}
            <br />
            {message}
          </li>
        ))}
      </ol>
    </details>
  );
}
