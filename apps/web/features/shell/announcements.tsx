'use client';

import { isFinished, type Job } from '@darkroom/shared/schemas/job';
import { useEffect, useRef, useState } from 'react';
import { useLive } from '../job/use-live.ts';

/** Says to screen readers when a job that was under way has ended; nothing takes the focus. */
export function Announcements() {
  const { jobs } = useLive();
  const before = useRef<Readonly<Record<string, Job>>>({});
  const [text, setText] = useState('');
  useEffect(() => {
    const ended = Object.values(jobs).filter(({ id, status }) => {
      const known = before.current[id];
      return known !== undefined && !isFinished(known.status) && isFinished(status);
    });
    before.current = jobs;
    const [job] = ended;
    if (job) setText(`${WORDS[job.status] ?? job.status}: ${job.generation_settings.prompt}`);
  }, [jobs]);
  return (
    <div aria-live="polite" className="sr-only">
      {text}
    </div>
  );
}

const WORDS: Partial<Record<Job['status'], string>> = { completed: 'Done', failed: 'Failed', cancelled: 'Cancelled' };
