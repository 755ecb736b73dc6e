import { z } from 'zod';
import { job, jobStatus } from './job.ts';
import { modelInfo, unusableModel } from './model-info.ts';

/** 202 of `POST /images/`. */
export const accepted = z.object({ message: z.string(), id: z.uuid() });
export type Accepted = z.infer<typeof accepted>;

/** RFC 9457. `errors` has one entry a wrong field, `pointer` being a JSON Pointer into the body. */
export const problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  code: z.string(),
  errors: z.array(z.object({ pointer: z.string(), detail: z.string() })).optional(),
  /** What stands, where a change came too late (409). */
  job_status: jobStatus.optional(),
});
export type Problem = z.infer<typeof problem>;

/** `GET /images/`: an array; the cursor of the next page stands in the `Link` header (`rel="next"`). */
export const jobs = z.array(job);

export const models = z.object({
  models: z.array(modelInfo),
  default_model: z.string().nullable(),
  unusable: z.array(unusableModel),
});
export type Models = z.infer<typeof models>;

const named = z.object({ id: z.string(), title: z.string(), aliases: z.array(z.string()) });

export const samplers = z.object({
  samplers: z.array(named),
  schedules: z.array(named),
});
export type Samplers = z.infer<typeof samplers>;

export const health = z.object({ status: z.literal('ok') });

export const ready = z.object({ status: z.enum(['ok', 'not ready']), reasons: z.array(z.string()) });

export const worker = z.object({
  id: z.string(),
  state: z.string(),
  reason: z.string().nullable(),
  jobs: z.array(z.string()),
});

/**
 * Messages of `GET /events`, by their SSE event name:
 * - `snapshot`: first of every stream: the jobs that are not finished and the newest others, models, workers;
 * - `job`: a job changed (whole, as `GET /images/<id>/` gives it);
 * - `progress`: `{ id, progress }`;
 * - `models`, `workers`: the new list.
 */
export const snapshotMessage = z.object({
  jobs: z.array(job),
  models: models,
  workers: z.array(worker),
});
export type SnapshotMessage = z.infer<typeof snapshotMessage>;
export const progressMessage = job.pick({ id: true, progress: true });
export type ProgressMessage = z.infer<typeof progressMessage>;
export const workersMessage = z.array(worker);
export type WorkerSummary = z.infer<typeof worker>;
