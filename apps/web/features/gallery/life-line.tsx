'use client';

import type { Job } from '@darkroom/shared/schemas/job';
import { LocalTime } from '../../components/ui/local-time.tsx';
import { type LifeFact, lifeFacts, timingFacts } from './life-facts.ts';

const DOTS: Readonly<Record<LifeFact['tone'], string>> = {
  plain: 'bg-line-strong',
  failed: 'bg-failed',
  done: 'bg-done',
};

/** What happened to the job, as a strip of dated facts. */
export function LifeLine({ job }: { job: Job }) {
  const timings = timingFacts(job);
  return (
    <section aria-label="Life line" className="flex flex-col gap-3 border-t border-line pt-4 text-small">
      <h2 className="text-ink-faint">
        <LocalTime iso={job.request_time} show="date" />
      </h2>
      <ol className="flex flex-col">
        {lifeFacts(job).map(({ time, words, tone }) => (
          <li key={`${time} ${words}`} className="group relative grid grid-cols-[auto_1fr] gap-3 pb-2 pl-5 last:pb-0">
            <span
              aria-hidden
              className="absolute top-2 bottom-0 left-[3px] w-px translate-y-1 bg-line group-last:hidden"
            />
            <span aria-hidden className={`absolute top-[7px] left-0 size-[7px] rounded-full ${DOTS[tone]}`} />
            <span className="text-ink-faint">
              <LocalTime iso={time} show="time" />
            </span>
            <span className="min-w-0 break-words">{words}</span>
          </li>
        ))}
      </ol>
      {timings.length > 0 ? (
        <dl className="grid grid-cols-[1fr_auto] gap-y-1 pt-1 text-ink-soft tabular-nums">
          {timings.map(({ words, time }) => (
            <div key={words} className="contents">
              <dt className="text-ink-faint">{words}</dt>
              <dd className="text-right">{time}</dd>
            </div>
          ))}
        </dl>
      ) : null}
    </section>
  );
}
