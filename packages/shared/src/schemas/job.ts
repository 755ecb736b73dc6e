/** The HTTP API's answer for one job; also what the pages and the event stream carry. */
import { z } from 'zod';
import { cause } from './events.ts';
import { generationSettings } from './generation-settings.ts';
import { resolvedSettings } from './resolved-settings.ts';
import { isoTime } from './text.ts';

/**
 * - `waiting`: accepted, no worker has begun;
 * - `rendering`: a worker is on it;
 * - `retrying`: an attempt failed, the next one waits for its time;
 * - `recovering`: its worker fell silent, it waits to be delivered again;
 * - `completed`, `cancelled`, `failed`: outcomes (`failed` = stands in the dead letters).
 */
export const JOB_STATUSES = [
  'waiting',
  'rendering',
  'retrying',
  'recovering',
  'completed',
  'cancelled',
  'failed',
] as const;
export const jobStatus = z.enum(JOB_STATUSES);
export type JobStatus = z.infer<typeof jobStatus>;

export function isFinished(status: JobStatus): boolean {
  return status === 'completed' || status === 'cancelled' || status === 'failed';
}

export const jobImage = z.object({
  index: z.int(),
  seed: z.int(),
  width: z.int(),
  height: z.int(),
  /** Stable and absolute: `<PUBLIC_URL>/images/<id>/files/<index>`. */
  url: z.string(),
  sha256: z.string(),
  bytes: z.int(),
});

export const jobProgress = z.object({
  phase: z.enum(['loading', 'encoding', 'denoising', 'decoding', 'storing']),
  step: z.int(),
  steps: z.int(),
  pictures: z.int(),
  elapsed_ms: z.number(),
  /** A data URL of a small picture, or null. */
  preview: z.string().nullable(),
});
export type JobProgress = z.infer<typeof jobProgress>;

export const jobAttempt = z.object({
  attempt: z.int(),
  worker: z.string().nullable(),
  started_time: isoTime.nullable(),
  failed_time: isoTime.nullable(),
  cause: cause.pick({ code: true, message: true }).nullable(),
});

export const job = z.object({
  id: z.uuid(),
  metadata: z.record(z.string(), z.string()),
  request_time: isoTime,
  complete_time: isoTime.nullable().describe('Null until the job is completed.'),
  end_time: isoTime.nullable().describe('When the outcome was decided, whichever it is; null before.'),
  generation_settings: generationSettings,
  resolved_settings: resolvedSettings,
  image_url: z.string().nullable().describe('Of the first picture; null until the job is completed. It never changes.'),
  images: z.array(jobImage),
  status: jobStatus,
  epoch: z.int().describe('0, and one more with each replay.'),
  attempt: z.int().describe('The attempt that runs, waits or ended the job: 1 to 4.'),
  attempts: z.array(jobAttempt),
  retry_time: isoTime.nullable().describe('When a job that is retrying may start again.'),
  /** Why the job failed; null unless `failed`. */
  error: cause.pick({ code: true, message: true }).nullable(),
  progress: jobProgress.nullable(),
  position: z.int().nullable().describe('Its place in the queue, from 1; null unless it waits.'),
  estimate_seconds: z
    .number()
    .nullable()
    .describe('Until it is expected to be done; null when there is nothing to judge by.'),
  started_time: isoTime.nullable(),
  timings: z.record(z.string(), z.number()).nullable(),
  model_digest: z.string().nullable(),
  engine: z.record(z.string(), z.string()).nullable(),
  warnings: z.array(z.string()),
  submitted_by: z.string(),
});
export type Job = z.infer<typeof job>;
