import type { Job } from '@darkroom/shared/schemas/job';
import { causeWords, duration } from '../job/status-words.ts';

export type LifeFact = { time: string; words: string; tone: 'plain' | 'failed' | 'done' };

/** What happened to a job, fact by fact, oldest first. */
export function lifeFacts(job: Job): LifeFact[] {
  const facts: LifeFact[] = [{ time: job.request_time, words: 'Asked for', tone: 'plain' }];
  for (const { attempt, started_time, failed_time, worker, cause } of job.attempts) {
    const on = worker ? ` on ${worker}` : '';
    if (started_time) facts.push({ time: started_time, words: `Attempt ${attempt} began${on}`, tone: 'plain' });
    const why = cause ? `: ${causeWords(cause.code)}` : '';
    if (failed_time) facts.push({ time: failed_time, words: `Attempt ${attempt} failed${why}`, tone: 'failed' });
  }
  if (job.end_time) facts.push(endOf(job, job.end_time));
  return facts;
}

function endOf({ status }: Job, time: string): LifeFact {
  if (status === 'failed') return { time, words: 'Given up', tone: 'failed' };
  if (status === 'cancelled') return { time, words: 'Cancelled', tone: 'plain' };
  return { time, words: 'Done', tone: 'done' };
}

const TIMINGS: readonly (readonly [key: string, words: string])[] = [
  ['load_ms', 'Loading the model'],
  ['encode_ms', 'Reading the prompt'],
  ['denoise_ms', 'Denoising'],
  ['decode_ms', 'Decoding'],
  ['png_ms', 'Writing the PNG'],
  ['total_ms', 'The engine in all'],
];
const SHOWN_FROM_MS = 1;

/** Where the time went: the wait, then the engine's own figures. */
export function timingFacts(job: Job): { words: string; time: string }[] {
  const waited = job.started_time === null ? 0 : Date.parse(job.started_time) - Date.parse(job.request_time);
  const engine = TIMINGS.map(([key, words]) => ({ words, ms: job.timings?.[key] ?? 0 }));
  return [{ words: 'Waiting', ms: waited }, ...engine]
    .filter(({ ms }) => ms >= SHOWN_FROM_MS)
    .map(({ words, ms }) => ({ words, time: spell(ms) }));
}

/** Short spans in milliseconds: "0.0 s" would say nothing. */
function spell(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : duration(ms);
}
