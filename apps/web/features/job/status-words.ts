import { ATTEMPTS_MAX } from '@darkroom/shared/domain/retry-policy';
import { ERROR_CODES, type ErrorCode } from '@darkroom/shared/errors/error-codes';
import type { Job, JobStatus } from '@darkroom/shared/schemas/job';

/** Each status has its own word, everywhere the same. */
export const STATUS_WORDS: Readonly<Record<JobStatus, string>> = {
  waiting: 'Waiting',
  rendering: 'Developing',
  retrying: 'Trying again',
  recovering: 'Recovering',
  completed: 'Done',
  cancelled: 'Cancelled',
  failed: 'Failed',
};

/** Where a job stands, in the words of a person. `now` in milliseconds. */
export function stateOf(job: Job, now: number): string {
  switch (job.status) {
    case 'waiting':
      return `Waiting${placeOf(job.position)}${about(job.estimate_seconds)}`;
    case 'rendering':
      return progressOf(job);
    case 'retrying':
      return `Attempt ${job.attempt} of ${ATTEMPTS_MAX}${inTime(job.retry_time, now)}${lastCause(job)}`;
    case 'recovering':
      return 'Its worker fell silent. It waits to be delivered again';
    case 'completed':
      return job.timings?.['total_ms'] === undefined ? 'Done' : `Done in ${duration(job.timings['total_ms'])}`;
    case 'cancelled':
      return job.images.length > 0 ? `Cancelled, ${pictures(job.images.length)} kept` : 'Cancelled';
    case 'failed':
      return `Failed: ${causeOf(job)}`;
  }
}

function placeOf(position: number | null): string {
  if (position === null) return '';
  return position === 1 ? ', next in line' : `, ${ordinal(position)}`;
}

function progressOf({ progress }: Job): string {
  if (!progress) return 'Starting';
  const elapsed = duration(progress.elapsed_ms);
  if (progress.phase === 'loading') return `Loading the model · ${elapsed}`;
  if (progress.phase === 'storing') return `Storing · ${elapsed}`;
  return `Step ${progress.step} of ${progress.steps} · ${elapsed}`;
}

/** Why a job failed, without the machine's words. */
function causeOf(job: Job): string {
  const attempts = job.attempts.length > 1 ? ` (attempt ${job.attempt} of ${ATTEMPTS_MAX})` : '';
  return `${causeWords(job.error?.code)}${attempts}`;
}

function lastCause(job: Job): string {
  const cause = job.attempts.findLast((attempt) => attempt.cause !== null)?.cause;
  return cause ? `. Last time: ${causeWords(cause.code)}` : '';
}

/** What an error code means, to stand within a sentence. */
export function causeWords(code: ErrorCode | undefined): string {
  const title = code === undefined ? 'The reason is not known' : ERROR_CODES[code].title;
  return title.charAt(0).toLowerCase() + title.slice(1);
}

function about(seconds: number | null): string {
  return seconds === null ? '' : ` · about ${duration(seconds * 1000)}`;
}

function inTime(iso: string | null, now: number): string {
  const seconds = iso === null ? 0 : Math.ceil((Date.parse(iso) - now) / 1000);
  return seconds > 0 ? ` in ${seconds} s` : ' soon';
}

/** How a job is called where its prompt may be empty. */
export function nameOf({ generation_settings: { prompt } }: Job): string {
  return prompt.trim() === '' ? 'a picture without a prompt' : prompt;
}

export function pictures(count: number): string {
  return count === 1 ? '1 picture' : `${count} pictures`;
}

export function ordinal(n: number): string {
  const tens = n % 100;
  const suffix = tens > 10 && tens < 14 ? 'th' : (['th', 'st', 'nd', 'rd'][n % 10] ?? 'th');
  return `${n}${suffix}`;
}

/** "0.8 s", "12 s", "3 min 20 s". */
export function duration(ms: number): string {
  const seconds = ms / 1000;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  if (seconds < 90) return `${Math.round(seconds)} s`;
  const rounded = Math.round(seconds);
  const rest = rounded % 60;
  return `${Math.floor(rounded / 60)} min${rest > 0 ? ` ${rest} s` : ''}`;
}
