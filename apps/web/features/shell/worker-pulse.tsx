'use client';

import { useLive } from '../job/use-live.ts';
import { pulseOf } from './pulse.ts';

const TONES = { live: 'bg-safelight live', calm: 'bg-done', warn: 'bg-retry' };

/** How many workers there are and what they do; amber when nobody takes jobs. */
export function WorkerPulse() {
  const live = useLive();
  const pulse = pulseOf(live);
  return (
    <p role="status" title={pulse.detail} className="flex min-w-0 items-center gap-2 text-small text-ink-soft">
      <span aria-hidden className={`size-2 shrink-0 rounded-full ${TONES[pulse.tone]}`} />
      <span className="truncate max-lg:sr-only">{pulse.text}</span>
    </p>
  );
}
