'use client';

import { isFinished, type Job } from '@darkroom/shared/schemas/job';
import { useEffect, useRef, useState } from 'react';
import { nameOf, STATUS_WORDS } from '../job/status-words.ts';
import { useLive } from '../job/use-live.ts';

/** Says to screen readers when jobs that were under way have ended; nothing takes the focus. */
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
    if (ended.length > 0) setText(ended.map((job) => `${STATUS_WORDS[job.status]}: ${nameOf(job)}`).join('. '));
  }, [jobs]);
  return (
    <div aria-live="polite" className="sr-only">
      {text}
    </div>
  );
}
