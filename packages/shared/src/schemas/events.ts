/**
 * One schema an event. Readers keep unknown fields (`looseObject`), so that an older process passes on what a newer one wrote;
 * an unknown `schemaVersion` is not read at all (see `read-event.ts`).
 * Events carry bucket and key of pictures, never a URL. Names are camelCase; settings keep the names of the HTTP API.
 */
import { z } from 'zod';
import { ERROR_CODES, type ErrorCode } from '../errors/error-codes.ts';
import { generationSettings } from './generation-settings.ts';
import { modelInfo, unusableModel } from './model-info.ts';
import { resolvedSettings } from './resolved-settings.ts';
import { isoTime, uuid } from './text.ts';

export const SCHEMA_VERSION = 1;

const envelope = {
  schemaVersion: z.literal(SCHEMA_VERSION),
  /** UUIDv7; readers drop repeats. */
  eventId: uuid,
  time: isoTime,
};
const jobEnvelope = { ...envelope, jobId: uuid, epoch: z.int().min(0) };
const attempt = z.int().min(1);

const errorCode = z.enum(Object.keys(ERROR_CODES) as [ErrorCode, ...ErrorCode[]]);

export const cause = z.looseObject({
  code: errorCode,
  /** At most 4 KiB of UTF-8. */
  message: z.string(),
  attempt,
  workerId: z.string(),
  time: isoTime,
});
export type Cause = z.infer<typeof cause>;

export const picture = z.looseObject({
  index: z.int().min(0),
  seed: z.int().min(0),
  width: z.int(),
  height: z.int(),
  bucket: z.string(),
  key: z.string(),
  sha256: z.string(),
  bytes: z.int(),
});
export type Picture = z.infer<typeof picture>;

export const lane = z.enum(['high', 'normal', 'low']);

export const requested = z.looseObject({
  ...jobEnvelope,
  type: z.literal('requested'),
  submittedBy: z.string(),
  lane,
  /** Echoed to clients as it is. */
  generationSettings,
  /** Canonical names and sizes; the prompts stand in `generationSettings` only. */
  resolved: resolvedSettings.omit({ prompt: true, negative_prompt: true }),
  metadata: z.record(z.string(), z.string()),
  /** When the job was first asked for: equal to `time` in epoch 0, kept by replays. */
  requestTime: isoTime,
  replayedBy: z.string().optional(),
  replayReason: z.string().nullish(),
  /** The eventId of the `replayed` action that goes with it, so that every copy of that is equal. */
  replayEventId: uuid.optional(),
  /** W3C trace context of the request: retries, outcomes and replays join it. */
  traceparent: z.string().optional(),
});
export type Requested = z.infer<typeof requested>;

export const retryRequested = z.looseObject({
  ...jobEnvelope,
  type: z.literal('retry_requested'),
  attempt,
  notBefore: isoTime,
  request: requested,
});
export type RetryRequested = z.infer<typeof retryRequested>;

export const started = z.looseObject({
  ...jobEnvelope,
  type: z.literal('started'),
  attempt,
  workerId: z.string(),
});
export type Started = z.infer<typeof started>;

export const failed = z.looseObject({
  ...jobEnvelope,
  type: z.literal('failed'),
  attempt,
  cause,
  /** When the next attempt may start; null when there is none. */
  notBefore: isoTime.nullable(),
  /** The eventId of the retry that follows, so that every copy of it is equal. */
  retryEventId: uuid,
});
export type Failed = z.infer<typeof failed>;

export const timings = z.looseObject({
  total_ms: z.number(),
  inference_ms: z.number(),
  load_ms: z.number(),
});

export const completed = z.looseObject({
  ...jobEnvelope,
  type: z.literal('completed'),
  attempt,
  workerId: z.string(),
  pictures: z.array(picture),
  timings,
  modelDigest: z.string(),
  engine: z.looseObject({ name: z.string(), version: z.string(), execution_provider: z.string() }),
  warnings: z.array(z.string()),
});
export type Completed = z.infer<typeof completed>;

export const cancelled = z.looseObject({
  ...jobEnvelope,
  type: z.literal('cancelled'),
  actor: z.string(),
  reason: z.string().nullable(),
});
export type Cancelled = z.infer<typeof cancelled>;

/** Pictures that were finished before their job was cancelled. */
export const picturesKept = z.looseObject({
  ...jobEnvelope,
  type: z.literal('pictures_kept'),
  workerId: z.string(),
  pictures: z.array(picture),
});
export type PicturesKept = z.infer<typeof picturesKept>;

export const deadLettered = z.looseObject({
  ...jobEnvelope,
  type: z.literal('dead_lettered'),
  attempt,
  causes: z.array(cause).min(1),
  request: requested,
});
export type DeadLettered = z.infer<typeof deadLettered>;

/** Bytes of a queue message that are no JSON; they cannot name a job. */
export const malformed = z.looseObject({
  ...envelope,
  type: z.literal('malformed'),
  topic: z.string(),
  position: z.string(),
  reason: z.string(),
  /** The first 32 KiB. */
  payloadBase64: z.string(),
});
export type Malformed = z.infer<typeof malformed>;

/** All models of a worker's volume; the newest such event is the catalog. */
export const modelsListed = z.looseObject({
  ...envelope,
  type: z.literal('models_listed'),
  workerId: z.string(),
  models: z.array(modelInfo),
  unusable: z.array(unusableModel).optional(),
});
export type ModelsListed = z.infer<typeof modelsListed>;

export const replayed = z.looseObject({
  ...jobEnvelope,
  type: z.literal('replayed'),
  actor: z.string(),
  reason: z.string().nullable(),
});
export type Replayed = z.infer<typeof replayed>;

export const queueControlled = z.looseObject({
  ...envelope,
  type: z.literal('queue_controlled'),
  state: z.enum(['running', 'paused']),
  actor: z.string(),
  reason: z.string().nullable(),
});
export type QueueControlled = z.infer<typeof queueControlled>;

/** Live: where a rendering stands. */
export const progress = z.looseObject({
  jobId: uuid,
  epoch: z.int().min(0),
  attempt,
  workerId: z.string(),
  time: isoTime,
  phase: z.enum(['loading', 'encoding', 'denoising', 'decoding', 'storing']),
  step: z.int().min(0),
  steps: z.int().min(1),
  pictures: z.int().min(0),
  elapsedMs: z.number(),
  /** A data URL. */
  preview: z.string().nullable(),
});
export type Progress = z.infer<typeof progress>;

/** Live: what a worker does, every 5 s and on change. */
export const workerStatus = z.looseObject({
  workerId: z.string(),
  time: isoTime,
  state: z.enum(['starting', 'idle', 'rendering', 'waiting', 'paused', 'stopping']),
  /** Why it waits, in words; null otherwise. */
  reason: z.string().nullable(),
  jobs: z.array(z.object({ jobId: uuid, epoch: z.int(), attempt })),
});
export type WorkerStatus = z.infer<typeof workerStatus>;

export const jobEvent = z.discriminatedUnion('type', [
  requested,
  retryRequested,
  started,
  failed,
  completed,
  cancelled,
  picturesKept,
  deadLettered,
  replayed,
]);
export type JobEvent = z.infer<typeof jobEvent>;

export const persistentEvent = z.discriminatedUnion('type', [
  requested,
  retryRequested,
  started,
  failed,
  completed,
  cancelled,
  picturesKept,
  deadLettered,
  replayed,
  malformed,
  modelsListed,
  queueControlled,
]);
export type PersistentEvent = z.infer<typeof persistentEvent>;

export const outcome = z.discriminatedUnion('type', [completed, cancelled, deadLettered]);
export type Outcome = z.infer<typeof outcome>;
