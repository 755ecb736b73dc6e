import type { Cancelled, Completed, DeadLettered, Failed, JobEvent, Picture, Requested } from '../schemas/events.ts';
import type { AttemptRecord, JobRecord } from './job-record.ts';

/**
 * The fold: a pure function of the *set* of a job's events. It sorts them by eventId first, so any order of arrival and any
 * repeats give the same record. Null while no event of the set tells what was asked for.
 */
export function foldJob(events: Iterable<JobEvent>): JobRecord | null {
  const all = sortedWithoutRepeats(events);
  const epoch = Math.max(...all.map((event) => event.epoch));
  const request = findRequest(all, epoch);
  if (request === null) return null;
  const current = all.filter((event) => event.epoch === epoch);
  const outcome = current.find(isOutcome) ?? null;
  const attempts = foldAttempts(current);
  const running = attempts.at(-1);
  return {
    id: request.jobId,
    epoch,
    ...statusOf(current, outcome, attempts),
    submittedBy: request.submittedBy,
    lane: request.lane,
    metadata: request.metadata,
    generationSettings: request.generationSettings,
    resolved: request.resolved,
    requestTime: request.requestTime,
    startedTime: attempts.findLast((each) => each.startedTime !== null)?.startedTime ?? null,
    endTime: outcome?.time ?? null,
    attempts,
    error: outcome?.type === 'dead_lettered' ? (outcome.causes.at(-1) ?? null) : null,
    pictures: foldPictures(current, outcome),
    workerId: running?.workerId ?? null,
    traceparent: request.traceparent ?? null,
    ...(outcome?.type === 'completed'
      ? {
          timings: outcome.timings,
          modelDigest: outcome.modelDigest,
          engine: outcome.engine,
          warnings: outcome.warnings,
        }
      : { timings: null, modelDigest: null, engine: null, warnings: [] }),
  };
}

type OutcomeEvent = Completed | Cancelled | DeadLettered;

function isOutcome(event: JobEvent): event is OutcomeEvent {
  return event.type === 'completed' || event.type === 'cancelled' || event.type === 'dead_lettered';
}

function sortedWithoutRepeats(events: Iterable<JobEvent>): JobEvent[] {
  const byId = new Map<string, JobEvent>();
  for (const event of events) byId.set(event.eventId, event);
  return [...byId.values()].sort((a, b) => (a.eventId < b.eventId ? -1 : 1));
}

/** Of several `requested` of one epoch the smallest eventId counts; retries and dead letters carry their request along. */
function findRequest(sorted: readonly JobEvent[], epoch: number): Requested | null {
  const requests = sorted.flatMap((event) => {
    if (event.type === 'requested') return [event];
    return event.type === 'retry_requested' || event.type === 'dead_lettered' ? [event.request] : [];
  });
  const newestEpoch = Math.max(...requests.map((request) => request.epoch).filter((each) => each <= epoch));
  return requests
    .filter((request) => request.epoch === newestEpoch)
    .reduce<Requested | null>((least, each) => (least === null || each.eventId < least.eventId ? each : least), null);
}

function foldAttempts(current: readonly JobEvent[]): AttemptRecord[] {
  const attempts = new Map<number, AttemptRecord>();
  const at = (attempt: number) => {
    const known = attempts.get(attempt) ?? {
      attempt,
      workerId: null,
      startedTime: null,
      failedTime: null,
      cause: null,
    };
    attempts.set(attempt, known);
    return known;
  };
  for (const event of current) {
    if (event.type === 'started')
      Object.assign(at(event.attempt), { workerId: event.workerId, startedTime: event.time });
    if (event.type === 'failed') Object.assign(at(event.attempt), { failedTime: event.time, cause: event.cause });
  }
  return [...attempts.values()].sort((a, b) => a.attempt - b.attempt);
}

function statusOf(
  current: readonly JobEvent[],
  outcome: OutcomeEvent | null,
  attempts: readonly AttemptRecord[],
): Pick<JobRecord, 'status' | 'attempt' | 'retryTime'> {
  const last = attempts.at(-1);
  const attempt = last?.attempt ?? 1;
  if (outcome !== null) {
    const status = outcome.type === 'dead_lettered' ? 'failed' : outcome.type;
    return { status, attempt: outcome.type === 'cancelled' ? attempt : outcome.attempt, retryTime: null };
  }
  const retry = current.findLast((event) => event.type === 'retry_requested');
  const failure = current.findLast((event): event is Failed => event.type === 'failed' && event.attempt === attempt);
  if (failure) return { status: 'retrying', attempt: attempt + 1, retryTime: failure.notBefore };
  const start = current.findLast((event) => event.type === 'started');
  if (retry && (retry.attempt > attempt || !start || retry.eventId > start.eventId)) {
    return { status: 'retrying', attempt: retry.attempt, retryTime: retry.notBefore };
  }
  return { status: start ? 'rendering' : 'waiting', attempt, retryTime: null };
}

/** A completed job has the pictures its outcome names; another one those that were finished before it ended. */
function foldPictures(current: readonly JobEvent[], outcome: OutcomeEvent | null): Picture[] {
  if (outcome?.type === 'completed') return outcome.pictures;
  const kept = new Map<number, Picture>();
  for (const event of current) {
    if (event.type === 'pictures_kept') for (const picture of event.pictures) kept.set(picture.index, picture);
  }
  return [...kept.values()].sort((a, b) => a.index - b.index);
}
