import { workOf } from '@darkroom/shared/domain/work';
import type { AttemptRecord, JobRecord } from '@darkroom/shared/read-model/job-record';
import type { Cause, Picture } from '@darkroom/shared/schemas/events';
import type { Job } from '@darkroom/shared/schemas/job';
import type { Clock } from '@darkroom/shared/time/clock';
import type { WebConfig } from './config.ts';
import type { LiveState } from './reads/live-state.ts';
import type { QueueView } from './reads/queue-view.ts';

export type AnswerContext = {
  config: Pick<WebConfig, 'publicUrl'>;
  clock: Clock;
  live: Pick<LiveState, 'isRecovering' | 'progressOf' | 'workers'>;
  queue: QueueView;
};

/** A job as the API, the pages and the event stream give it. */
export function answerOf(context: AnswerContext, record: JobRecord): Job {
  const { config, live } = context;
  const recovering = live.isRecovering(record);
  const images = record.pictures.map((picture) => answerOfPicture(config.publicUrl, record.id, picture));
  return {
    id: record.id,
    metadata: record.metadata,
    request_time: record.requestTime,
    complete_time: record.status === 'completed' ? record.endTime : null,
    end_time: record.endTime,
    generation_settings: record.generationSettings,
    resolved_settings: {
      ...record.resolved,
      prompt: record.generationSettings.prompt,
      negative_prompt: record.generationSettings.negative_prompt,
    },
    image_url: record.status === 'completed' ? (images[0]?.url ?? null) : null,
    images,
    status: recovering ? 'recovering' : record.status,
    epoch: record.epoch,
    attempt: record.attempt,
    attempts: record.attempts.map(answerOfAttempt),
    retry_time: record.retryTime,
    error: record.error && answerOfCause(record.error),
    progress: recovering ? null : live.progressOf(record),
    ...waitOf(context, record, recovering),
    started_time: record.startedTime,
    timings: record.timings && only(record.timings, (value) => typeof value === 'number'),
    model_digest: record.modelDigest,
    engine: record.engine && only(record.engine, (value) => typeof value === 'string'),
    warnings: record.warnings,
    submitted_by: record.submittedBy,
  };
}

function fileUrl(publicUrl: string, jobId: string, index: number): string {
  return `${publicUrl}/images/${jobId}/files/${index}`;
}

function answerOfPicture(publicUrl: string, jobId: string, picture: Picture): Job['images'][number] {
  const { index, seed, width, height, sha256, bytes } = picture;
  return { index, seed, width, height, url: fileUrl(publicUrl, jobId, index), sha256, bytes };
}

function answerOfAttempt(record: AttemptRecord): Job['attempts'][number] {
  return {
    attempt: record.attempt,
    worker: record.workerId,
    started_time: record.startedTime,
    failed_time: record.failedTime,
    cause: record.cause && answerOfCause(record.cause),
  };
}

function answerOfCause({ code, message }: Cause) {
  return { code, message };
}

/** The place in the queue and the seconds until the job is expected to be done. */
function waitOf({ clock, live, queue }: AnswerContext, record: JobRecord, recovering: boolean) {
  const unknown = { position: null, estimate_seconds: null };
  if (recovering || (record.status !== 'waiting' && record.status !== 'rendering')) return unknown;
  const rate = queue.millisecondsPerWork(record.resolved.model);
  const ownMs = rate === null ? null : workOf(record.resolved) * rate;
  if (record.status === 'rendering') {
    const leftMs = leftOf(live.progressOf(record));
    if (leftMs !== null) return { position: null, estimate_seconds: seconds(leftMs) };
    const elapsedMs = record.startedTime === null ? 0 : clock.now() - Date.parse(record.startedTime);
    return { position: null, estimate_seconds: ownMs === null ? null : seconds(ownMs - elapsedMs) };
  }
  const ahead = queue.ahead(record);
  const workers = Math.max(1, live.workers().length);
  const waitMs = ownMs === null || rate === null ? null : (ahead.work * rate) / workers + ownMs;
  return { position: ahead.jobs + 1, estimate_seconds: waitMs === null ? null : seconds(waitMs) };
}

/** By the job's own speed, which counts more than that of the jobs before it. */
function leftOf(progress: Job['progress']): number | null {
  if (progress === null || progress.step === 0) return null;
  return (progress.elapsed_ms / progress.step) * (progress.steps - progress.step);
}

function seconds(ms: number): number {
  return Math.max(0, Math.round(ms / 100) / 10);
}

/** Events keep fields that newer workers write; answers give those of the documented kind. */
function only<T>(fields: Record<string, unknown>, isKind: (value: unknown) => value is T): Record<string, T> {
  return Object.fromEntries(Object.entries(fields).filter((entry): entry is [string, T] => isKind(entry[1])));
}
