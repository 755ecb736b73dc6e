import { decide } from '@darkroom/shared/decisions/decide';
import { decisionKeys } from '@darkroom/shared/decisions/decision-keys';
import { DarkroomError } from '@darkroom/shared/errors/darkroom-error';
import type { JobRecord } from '@darkroom/shared/read-model/job-record';
import { type Cancelled, type Outcome, outcome, SCHEMA_VERSION } from '@darkroom/shared/schemas/events';
import type { Job } from '@darkroom/shared/schemas/job';
import { LIMITS } from '@darkroom/shared/schemas/limits';
import { textUpTo } from '@darkroom/shared/schemas/text';
import { isoTimeOf } from '@darkroom/shared/time/clock';
import { z } from 'zod';
import { parseJson } from '../http/read-body.ts';
import { validate } from '../http/validate.ts';
import { answerOf } from '../job-answer.ts';
import { afterCatchingUp, behind, IMAGE_NOT_FOUND, jobIdOf } from '../reads/find-job.ts';
import type { Positions } from '../reads/read-barrier.ts';
import { LOCAL_PERSON, type WebRuntime } from '../runtime.ts';
import { OUTCOME_STATUS, OUTCOME_TOPICS } from './outcome-topics.ts';
import { publishAll } from './publish-all.ts';

/** The body of `POST /images/<id>/cancel`; it may be empty. */
export const cancelRequest = z.strictObject({ reason: textUpTo(LIMITS.reasonCharactersMax).nullish() });

/**
 * Decides that the job is cancelled, unless its outcome was decided before. Whatever stands is published, so that an outcome whose
 * decider died before it could publish is in the log after this.
 */
export async function cancelImage(
  runtime: WebRuntime,
  id: string,
  { body, signal }: { body: Uint8Array; signal: AbortSignal },
): Promise<{ job: Job; positions: Positions }> {
  const jobId = jobIdOf(id);
  const { reason = null } = validate(cancelRequest, parseJson(body, {}));
  const record = await currentJob(runtime, jobId, signal);
  const key = decisionKeys.outcome(jobId, record.epoch);
  const event: Outcome = cancelledEvent(runtime, record, reason);
  const decision = await decide(runtime.store, key, event, outcome);
  const { type } = decision.event;
  const publication = { key: jobId, payload: decision.bytes, traceparent: record.traceparent };
  const positions = await publishAll(runtime, [{ topic: OUTCOME_TOPICS[type], ...publication }]);
  // Asked again, the answer is the same: cancelling is idempotent.
  if (!(await runtime.barrier.waitFor(positions))) throw behind();
  if (type !== 'cancelled') throw tooLate(type);
  return { job: answerOf(runtime, runtime.reader.job(jobId) ?? record), positions };
}

/** The job as the log has it now: a change must not be decided on an old state. */
export async function currentJob(runtime: WebRuntime, jobId: string, signal: AbortSignal): Promise<JobRecord> {
  const record = await afterCatchingUp(runtime, () => runtime.reader.job(jobId), { signal });
  if (record === null) throw new DarkroomError('NOT_FOUND', IMAGE_NOT_FOUND);
  return record;
}

function cancelledEvent({ ids, clock }: WebRuntime, { id, epoch }: JobRecord, reason: string | null): Cancelled {
  return {
    schemaVersion: SCHEMA_VERSION,
    eventId: ids.next(),
    time: isoTimeOf(clock),
    jobId: id,
    epoch,
    type: 'cancelled',
    actor: LOCAL_PERSON,
    reason,
  };
}

function tooLate(type: Outcome['type']): DarkroomError {
  const status = OUTCOME_STATUS[type];
  return new DarkroomError('CONFLICT', `The job cannot be cancelled: it is ${status}`, {
    context: { job_status: status },
  });
}
