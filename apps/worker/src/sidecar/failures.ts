import { decide, readDecision } from '@darkroom/shared/decisions/decide';
import { decisionKeys } from '@darkroom/shared/decisions/decision-keys';
import { ATTEMPTS_MAX } from '@darkroom/shared/domain/retry-policy';
import { ERROR_CODES, type ErrorCode } from '@darkroom/shared/errors/error-codes';
import { cutToBytes } from '@darkroom/shared/schemas/cut-to-bytes';
import { type Cause, type Failed, failed } from '@darkroom/shared/schemas/events';
import { LIMITS } from '@darkroom/shared/schemas/limits';
import { isoTimeOf } from '@darkroom/shared/time/clock';
import { settleOutcome } from './outcomes.ts';
import { envelopeFor, notBeforeOf, publishJobEvent } from './publish-events.ts';
import type { QueuedJob } from './queued-job.ts';
import type { SidecarContext } from './sidecar-context.ts';

type StandingFailure = { event: Failed; bytes: Uint8Array };

/** The failure that was decided for this attempt, or null. */
export async function standingFailure(context: SidecarContext, job: QueuedJob, attempt = job.attempt) {
  const key = decisionKeys.failed(job.jobId, job.epoch, attempt);
  return await context.gate.through('store', () => readDecision(context.store, key, failed));
}

/** This attempt failed by the job's own fault: decides it and sees to what follows. */
export async function settleFailure(
  context: SidecarContext,
  job: QueuedJob,
  failure: { code: ErrorCode; message: string },
): Promise<void> {
  const final = job.attempt >= ATTEMPTS_MAX || ERROR_CODES[failure.code].failure === 'permanent';
  const cause: Cause = {
    code: failure.code,
    message: cutToBytes(failure.message, LIMITS.causeBytesMax),
    attempt: job.attempt,
    workerId: context.workerId,
    time: isoTimeOf(context.clock),
  };
  const event: Failed = {
    ...envelopeFor(context, job),
    type: 'failed',
    attempt: job.attempt,
    cause,
    notBefore: final ? null : notBeforeOf(context, job.attempt),
    retryEventId: context.ids.next(),
  };
  const key = decisionKeys.failed(job.jobId, job.epoch, job.attempt);
  const decision = await context.gate.through('store', () => decide(context.store, key, event, failed));
  await followFailure(context, job, decision);
}

/** Publishes a decided failure and what follows from it: the next attempt, or the dead letter with all causes. */
export async function followFailure(context: SidecarContext, job: QueuedJob, failure: StandingFailure): Promise<void> {
  const { event, bytes } = failure;
  await publishJobEvent(context, job, event, bytes);
  if (event.notBefore === null) return await settleDeadLetter(context, job);
  await publishJobEvent(context, job, {
    ...envelopeFor(context, job),
    eventId: event.retryEventId,
    time: event.time,
    type: 'retry_requested',
    attempt: event.attempt + 1,
    notBefore: event.notBefore,
    request: job.request,
  });
}

async function settleDeadLetter(context: SidecarContext, job: QueuedJob): Promise<void> {
  const causes: Cause[] = [];
  for (let attempt = 1; attempt <= job.attempt; attempt += 1) {
    const standing = await standingFailure(context, job, attempt);
    if (standing) causes.push(standing.event.cause);
  }
  await settleOutcome(context, job, {
    ...envelopeFor(context, job),
    type: 'dead_lettered',
    attempt: job.attempt,
    causes,
    request: job.request,
  });
}
