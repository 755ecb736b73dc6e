'use client';

import { isFinished, type Job } from '@darkroom/shared/schemas/job';
import { ChevronRight } from 'lucide-react';
import { useEffect, useState } from 'react';
import { STATUS_LOOKS } from './status-looks.ts';
import { stateOf } from './status-words.ts';

/** Icon, colour and words of where a job stands. */
export function JobState({ job }: { job: Job }) {
  const words = useStateWords(job);
  const { icon: Icon, tone } = STATUS_LOOKS[job.status];
  return (
    <p className={`flex min-w-0 items-start gap-1.5 text-small ${tone}`}>
      <Icon size={14} aria-hidden className={`mt-[3px] shrink-0 ${job.status === 'rendering' ? 'turning' : ''}`} />
      <span className="min-w-0 tabular-nums">{words}</span>
    </p>
  );
}

const TICK_MS = 250;

/** The words of a job's state, whose clock goes on between two messages. */
export function useStateWords(job: Job): string {
  const isTicking = job.status === 'retrying' || job.status === 'rendering';
  const now = useNow(isTicking);
  const elapsed = job.progress?.elapsed_ms ?? 0;
  // The clocks of server and browser may differ: what passed since the last message is measured here.
  const [since, setSince] = useState({ elapsed, at: now });
  if (since.elapsed !== elapsed) setSince({ elapsed, at: now });
  if (job.status !== 'rendering' || !job.progress) return stateOf(job, now);
  const passed = since.elapsed === elapsed ? Math.max(0, now - since.at) : 0;
  return stateOf({ ...job, progress: { ...job.progress, elapsed_ms: elapsed + passed } }, now);
}

function useNow(ticking: boolean): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (!ticking) return;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), TICK_MS);
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
    <details className="group min-w-0 text-small text-ink-soft open:order-last open:basis-full">
      <summary className="flex cursor-pointer list-none items-center gap-1 rounded-frame py-0.5 hover:text-ink pointer-coarse:min-h-10 [&::-webkit-details-marker]:hidden">
        <ChevronRight size={14} aria-hidden className="transition-transform duration-150 group-open:rotate-90" />
        What the machine said
      </summary>
      <ol className="mt-1 flex flex-col gap-1 select-text">
        {shown.map(({ attempt, code, message }) => (
          <li key={attempt} className="rounded-frame bg-surface p-2 font-mono text-[0.75rem] leading-5 break-words">
            Attempt {attempt}: {code}
            <br />
            {message}
          </li>
        ))}
      </ol>
    </details>
  );
}
