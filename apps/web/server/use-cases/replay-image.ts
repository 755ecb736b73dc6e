import { decide, readDecision } from '@darkroom/shared/decisions/decide';
import { decisionKeys } from '@darkroom/shared/decisions/decision-keys';
import { laneFor } from '@darkroom/shared/domain/lane';
import { DarkroomError } from '@darkroom/shared/errors/darkroom-error';
import type { JobRecord } from '@darkroom/shared/read-model/job-record';
import type { Accepted } from '@darkroom/shared/schemas/api';
import { outcome, type Replayed, type Requested, requested, SCHEMA_VERSION } from '@darkroom/shared/schemas/events';
import type { JobStatus } from '@darkroom/shared/schemas/job';
import { LIMITS } from '@darkroom/shared/schemas/limits';
import { encodeEvent } from '@darkroom/shared/schemas/read-event';
import { textUpTo } from '@darkroom/shared/schemas/text';
import { LANE_TOPICS, TOPICS } from '@darkroom/shared/schemas/topics';
import { isoTimeOf } from '@darkroom/shared/time/clock';
import { z } from 'zod';
import { parseJson } from '../http/read-body.ts';
import { validate } from '../http/validate.ts';
import { jobIdOf } from '../reads/find-job.ts';
import type { Positions } from '../reads/read-barrier.ts';
import { LOCAL_PERSON, type WebRuntime } from '../runtime.ts';
import { currentJob } from './cancel-image.ts';
import { OUTCOME_STATUS, OUTCOME_TOPICS } from './outcome-topics.ts';
import { publishAll } from './publish-all.ts';

/** The body of `POST /images/<id>/replay`; it may be empty. `epoch` is the one that is replayed: naming it makes a repeat harmless. */
export const replayRequest = z.strictObject({
  epoch: z.int('must be a whole number').min(0, 'must be 0 or more').optional(),
  reason: textUpTo(LIMITS.reasonCharactersMax).nullish(),
});

const ACCEPTED_MESSAGE = 'Request is being processed';

/** Asks for a failed or cancelled job once more, as its next epoch; asked twice it is one replay. */
export async function replayImage(
  runtime: WebRuntime,
  id: string,
  { body, signal }: { body: Uint8Array; signal: AbortSignal },
): Promise<{ answer: Accepted; location: string; positions: Positions }> {
  const jobId = jobIdOf(id);
  const { epoch: named, reason = null } = validate(replayRequest, parseJson(body, {}));
  const record = await currentJob(runtime, jobId, signal);
  const epoch = named ?? record.epoch;
  await requireReplayable(runtime, record, epoch);
  const event = requestOfNextEpoch(runtime, record, epoch, reason);
  const decision = await decide(runtime.store, decisionKeys.request(jobId, epoch + 1), event, requested);
  const envelope = { key: jobId, traceparent: record.traceparent };
  const positions = await publishAll(runtime, [
    { topic: LANE_TOPICS[decision.event.lane], payload: decision.bytes, ...envelope },
    { topic: TOPICS.deadLetterActions, payload: encodeEvent(replayedEvent(decision.event)), ...envelope },
  ]);
  await runtime.barrier.waitFor(positions).catch(() => false);
  const location = `${runtime.config.publicUrl}/images/${jobId}/`;
  return { answer: { message: ACCEPTED_MESSAGE, id: jobId }, location, positions };
}

/** Only an epoch that failed or was cancelled is replayed; its outcome is the store's, which also knows what is not published yet. */
async function requireReplayable(runtime: WebRuntime, record: JobRecord, epoch: number): Promise<void> {
  const standing = await readDecision(runtime.store, decisionKeys.outcome(record.id, epoch), outcome);
  if (standing === null) throw conflict(record.status);
  const { type } = standing.event;
  if (type === 'completed') throw conflict('completed');
  if (epoch < record.epoch || record.status === OUTCOME_STATUS[type]) return;
  const publication = { key: record.id, payload: standing.bytes, traceparent: record.traceparent };
  await publishAll(runtime, [{ topic: OUTCOME_TOPICS[type], ...publication }]);
}

function conflict(status: JobStatus): DarkroomError {
  return new DarkroomError('CONFLICT', `Only a failed or cancelled job can be replayed, and this one is ${status}`, {
    context: { job_status: status },
  });
}

/** Person, settings and first time stay; the seed stays too, so the same picture is asked for. */
function requestOfNextEpoch(runtime: WebRuntime, record: JobRecord, epoch: number, reason: string | null): Requested {
  return {
    schemaVersion: SCHEMA_VERSION,
    eventId: runtime.ids.next(),
    time: isoTimeOf(runtime.clock),
    jobId: record.id,
    epoch: epoch + 1,
    type: 'requested',
    submittedBy: record.submittedBy,
    lane: laneFor(runtime.reader.waitingJobsOf(record.submittedBy)),
    generationSettings: record.generationSettings,
    resolved: record.resolved,
    metadata: record.metadata,
    requestTime: record.requestTime,
    replayedBy: LOCAL_PERSON,
    replayReason: reason,
    replayEventId: runtime.ids.next(),
    ...(record.traceparent === null ? {} : { traceparent: record.traceparent }),
  };
}

/** Made from the decided request alone, so that every copy is equal. */
function replayedEvent(request: Requested): Replayed {
  return {
    schemaVersion: SCHEMA_VERSION,
    eventId: request.replayEventId ?? request.eventId,
    time: request.time,
    jobId: request.jobId,
    epoch: request.epoch - 1,
    type: 'replayed',
    actor: request.replayedBy ?? request.submittedBy,
    reason: request.replayReason ?? null,
  };
}
