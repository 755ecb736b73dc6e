import { retryDelayMs } from '@darkroom/shared/domain/retry-policy';
import type { LogMessage } from '@darkroom/shared/event-log/event-log';
import { idOf } from '@darkroom/shared/ids/ids';
import type {
  Failed,
  Malformed,
  Outcome,
  PicturesKept,
  RetryRequested,
  Started,
} from '@darkroom/shared/schemas/events';
import { SCHEMA_VERSION } from '@darkroom/shared/schemas/events';
import { encodeEvent } from '@darkroom/shared/schemas/read-event';
import { TOPICS } from '@darkroom/shared/schemas/topics';
import { isoTimeOf } from '@darkroom/shared/time/clock';
import type { QueuedJob } from './queued-job.ts';
import type { SidecarContext } from './sidecar-context.ts';

type JobPublication = Outcome | Failed | Started | PicturesKept | RetryRequested;

const TOPIC_OF = {
  started: TOPICS.started,
  failed: TOPICS.failed,
  completed: TOPICS.completed,
  cancelled: TOPICS.cancelled,
  pictures_kept: TOPICS.cancelled,
  dead_lettered: TOPICS.deadLetters,
  retry_requested: TOPICS.retry,
} as const satisfies Record<JobPublication['type'], string>;

/** Publishes an event of a job; `bytes` are those of its decision, where it has one. */
export async function publishJobEvent(
  { gate, log }: SidecarContext,
  job: QueuedJob,
  event: JobPublication,
  bytes: Uint8Array = encodeEvent(event),
): Promise<void> {
  const deliverAt = event.type === 'retry_requested' ? { deliverAt: Date.parse(event.notBefore) } : {};
  const message = { key: job.jobId, payload: bytes, properties: job.properties, ...deliverAt };
  await gate.through('log', () => log.publish(TOPIC_OF[event.type], message));
}

/** The envelope of a new event of this job. */
export function envelopeFor({ ids, clock }: SidecarContext, { jobId, epoch }: QueuedJob) {
  return { schemaVersion: SCHEMA_VERSION, eventId: ids.next(), time: isoTimeOf(clock), jobId, epoch } as const;
}

/** The same attempt again, later: for a job that leaves its engine dead. */
export async function publishHandOn(context: SidecarContext, job: QueuedJob, afterMs: number): Promise<void> {
  await publishJobEvent(context, job, {
    ...envelopeFor(context, job),
    type: 'retry_requested',
    attempt: job.attempt,
    notBefore: new Date(context.clock.now() + afterMs * context.delayFactor).toISOString(),
    request: job.request,
  });
}

export function notBeforeOf(context: SidecarContext, failedAttempt: number): string {
  return new Date(context.clock.now() + retryDelayMs(failedAttempt, context.delayFactor)).toISOString();
}

const MALFORMED_BYTES_KEPT = 32 * 1024;

export async function publishMalformed(
  { gate, log }: SidecarContext,
  message: LogMessage,
  reason: string,
): Promise<void> {
  const event: Malformed = {
    schemaVersion: SCHEMA_VERSION,
    // Derived from the message: a second delivery writes the same letter.
    eventId: idOf(message.publishTime, 'malformed', message.topic, message.position),
    time: new Date(message.publishTime).toISOString(),
    type: 'malformed',
    topic: message.topic,
    position: message.position,
    reason,
    payloadBase64: Buffer.from(message.payload.subarray(0, MALFORMED_BYTES_KEPT)).toString('base64'),
  };
  await gate.through('log', () =>
    log.publish(TOPICS.deadLetters, { key: message.key, payload: encodeEvent(event), properties: message.properties }),
  );
}
