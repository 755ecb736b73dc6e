import { laneFor } from '@darkroom/shared/domain/lane';
import { resolveRequest } from '@darkroom/shared/domain/resolve-request';
import { DarkroomError, isDarkroomError } from '@darkroom/shared/errors/darkroom-error';
import type { Accepted } from '@darkroom/shared/schemas/api';
import { type Requested, SCHEMA_VERSION } from '@darkroom/shared/schemas/events';
import type { ModelInfo } from '@darkroom/shared/schemas/model-info';
import { encodeEvent } from '@darkroom/shared/schemas/read-event';
import { LANE_TOPICS, type Lane } from '@darkroom/shared/schemas/topics';
import { isoTimeOf } from '@darkroom/shared/time/clock';
import { parseJson } from '../http/read-body.ts';
import { validationError } from '../http/validate.ts';
import type { Positions } from '../reads/read-barrier.ts';
import { LOCAL_PERSON, type WebRuntime } from '../runtime.ts';
import { decideSubmission, findSubmission, type Submission } from './idempotency.ts';
import { parseImageRequest } from './parse-image-request.ts';
import { publishAll } from './publish-all.ts';

export type SubmitInput = {
  body: Uint8Array;
  idempotencyKey: string | null;
  traceparent: string | null;
};
export type Submitted = { answer: Accepted; location: string; positions: Positions };

const ACCEPTED_MESSAGE = 'Request is being processed';

/**
 * Accepts a request: the answer is given only after the log made the event durable. With an idempotency key the event is decided
 * before it is published, and a repeat gets what was decided before anything else is looked at.
 */
export async function submitImage(runtime: WebRuntime, input: SubmitInput): Promise<Submitted> {
  const key = input.idempotencyKey;
  const earlier = key === null ? null : await findSubmission(runtime, key, input.body);
  if (earlier) return await publishSubmission(runtime, earlier);
  const request = parseImageRequest(parseJson(input.body), knownModels(runtime));
  await runtime.readiness.require();
  return await inLane(runtime, async (lane) => {
    const event = requestedEvent(runtime, request, lane, input.traceparent);
    const own = { jobId: event.jobId, lane, payload: encodeEvent(event), traceparent: input.traceparent };
    const standing = key === null ? own : await decideSubmission(runtime, key, input.body, event.eventId, own);
    return await publishSubmission(runtime, standing);
  });
}

async function publishSubmission(runtime: WebRuntime, submission: Submission): Promise<Submitted> {
  const { jobId, lane, payload, traceparent } = submission;
  const positions = await publishAll(runtime, [{ topic: LANE_TOPICS[lane], key: jobId, payload, traceparent }]);
  // It is accepted whether the read model follows in time or not: a read that comes too early waits there.
  await runtime.barrier.waitFor(positions).catch(() => false);
  const location = `${runtime.config.publicUrl}/images/${jobId}/`;
  return { answer: { message: ACCEPTED_MESSAGE, id: jobId }, location, positions };
}

/** None while there is no read model; `readiness` then refuses what is otherwise valid. */
function knownModels({ reader }: WebRuntime): readonly ModelInfo[] {
  try {
    return reader.modelCatalog()?.models ?? [];
  } catch (error) {
    if (isDarkroomError(error, 'NOT_READY')) return [];
    throw error;
  }
}

function requestedEvent(
  runtime: WebRuntime,
  request: ReturnType<typeof parseImageRequest>,
  lane: Lane,
  traceparent: string | null,
): Requested {
  const resolved = resolveRequest(request.generation_settings, knownModels(runtime), runtime.drawSeed);
  if (!resolved.ok) throw validationError(resolved.errors);
  const time = isoTimeOf(runtime.clock);
  return {
    schemaVersion: SCHEMA_VERSION,
    eventId: runtime.ids.next(),
    time,
    jobId: runtime.ids.next(),
    epoch: 0,
    type: 'requested',
    submittedBy: LOCAL_PERSON,
    lane,
    generationSettings: resolved.generationSettings,
    resolved: resolved.resolved,
    metadata: request.metadata ?? {},
    requestTime: time,
    ...(traceparent === null ? {} : { traceparent }),
  };
}

/** Requests that are accepted and not yet folded: they wait too, so a burst does not go into the first lane as a whole. */
const underWay = new WeakMap<WebRuntime, number>();

async function inLane<T>(runtime: WebRuntime, submit: (lane: Lane) => Promise<T>): Promise<T> {
  const before = underWay.get(runtime) ?? 0;
  const lane = laneFor(runtime.reader.waitingJobsOf(LOCAL_PERSON) + before);
  underWay.set(runtime, before + 1);
  try {
    return await submit(lane);
  } finally {
    underWay.set(runtime, (underWay.get(runtime) ?? 1) - 1);
  }
}

const KEY = /^[\x21-\x7e]{1,255}$/;

/** The `Idempotency-Key` of a request: 1 to 255 visible ASCII characters. */
export function idempotencyKeyOf(header: string | null): string | null {
  if (header === null || KEY.test(header)) return header;
  throw new DarkroomError('VALIDATION_FAILED', 'Idempotency-Key must be 1 to 255 visible ASCII characters');
}
