import fc from 'fast-check';
import { createIds } from '../ids/ids.ts';
import {
  type Cause,
  type JobEvent,
  type Outcome,
  type PersistentEvent,
  type Picture,
  type Requested,
  SCHEMA_VERSION,
} from '../schemas/events.ts';
import { TOPICS } from '../schemas/topics.ts';

/** Makes the events of jobs as sidecars and webs would, in their order. */
const ids = createIds();
const TIME = '2026-01-01T00:00:00.000Z';

function envelope(jobId: string, epoch: number) {
  return { schemaVersion: SCHEMA_VERSION, eventId: ids.next(), time: TIME, jobId, epoch } as const;
}

function requestedOf(jobId: string, epoch: number, prompt: string): Requested {
  const shared = { seed: 1, steps: 5, cfg_scale: 7, width: 256, height: 256, batch_size: 1, n_iters: 2, model: 'demo' };
  return {
    ...envelope(jobId, epoch),
    ...{ type: 'requested', submittedBy: 'local', lane: 'high', metadata: { grouping: 'a/b' }, requestTime: TIME },
    generationSettings: { prompt, negative_prompt: '', sampler_name: 'Euler', ...shared },
    resolved: { ...shared, sampler: 'euler', schedule: 'automatic', clip_skip: 1 },
    ...(epoch > 0 ? { replayedBy: 'local', replayEventId: ids.next() } : {}),
  };
}

function pictureOf(index: number): Picture {
  const sha256 = String(index).repeat(64).slice(0, 64);
  return { index, seed: index, width: 8, height: 8, bucket: 'local', key: `k/${index}.png`, sha256, bytes: 9 };
}

export type EpochPlan = {
  /** How many attempts fail before it ends. */
  failures: number;
  end: 'completed' | 'cancelled' | 'dead_lettered' | 'none';
  /** Pictures kept from a cancelled rendering. */
  kept: number;
  /** A second web accepted the same idempotency key: another `requested` of the same job. */
  twice: boolean;
};

export const epochPlan: fc.Arbitrary<EpochPlan> = fc.record({
  failures: fc.integer({ min: 0, max: 4 }),
  end: fc.constantFrom('completed', 'cancelled', 'dead_lettered', 'none'),
  kept: fc.integer({ min: 0, max: 2 }),
  twice: fc.boolean(),
});

/** The events of one job that lived through these epochs. */
export function historyOf(plans: readonly EpochPlan[]): JobEvent[] {
  const jobId = ids.next();
  return plans.flatMap((plan, epoch) => epochOf(jobId, epoch, plan));
}

function epochOf(jobId: string, epoch: number, { failures, end, kept, twice }: EpochPlan): JobEvent[] {
  const request = requestedOf(jobId, epoch, `prompt ${epoch}`);
  const events: JobEvent[] = [request];
  if (twice) events.push(requestedOf(jobId, epoch, 'never seen'));
  const causes: Cause[] = [];
  for (let attempt = 1; attempt <= Math.max(1, failures); attempt += 1) {
    const workerId = `w-${attempt}`;
    events.push({ ...envelope(jobId, epoch), type: 'started', attempt, workerId });
    if (attempt > failures) continue;
    const cause: Cause = { code: 'ENGINE_FAILURE', message: `broke ${attempt}`, attempt, workerId, time: TIME };
    causes.push(cause);
    const retryEventId = ids.next();
    const notBefore = attempt < 4 ? TIME : null;
    events.push({ ...envelope(jobId, epoch), type: 'failed', attempt, cause, notBefore, retryEventId });
    if (notBefore === null) continue;
    const retry = { ...envelope(jobId, epoch), eventId: retryEventId, attempt: attempt + 1, notBefore, request };
    events.push({ ...retry, type: 'retry_requested' });
  }
  for (let index = 0; index < kept && end === 'cancelled'; index += 1) {
    const pictures = [pictureOf(index)];
    events.push({ ...envelope(jobId, epoch), type: 'pictures_kept', workerId: 'w-1', pictures });
  }
  const outcome = outcomeOf(envelope(jobId, epoch), end, request, causes);
  if (outcome) events.push(outcome);
  if (epoch > 0) {
    events.push({ ...envelope(jobId, epoch - 1), type: 'replayed', actor: 'local', reason: null });
  }
  return events;
}

function outcomeOf(
  head: ReturnType<typeof envelope>,
  end: EpochPlan['end'],
  request: Requested,
  causes: Cause[],
): Outcome | null {
  if (end === 'cancelled') return { ...head, type: 'cancelled', actor: 'local', reason: null };
  const [first] = causes;
  if (end === 'dead_lettered' && first)
    return { ...head, type: 'dead_lettered', attempt: causes.length, causes, request };
  if (end !== 'completed') return null;
  return {
    ...head,
    ...{ type: 'completed', attempt: Math.min(4, causes.length + 1), workerId: 'w-1', modelDigest: 'd', warnings: [] },
    pictures: [pictureOf(0), pictureOf(1)],
    timings: { total_ms: 100, inference_ms: 90, load_ms: 0 },
    engine: { name: 'fake', version: '1', execution_provider: 'none' },
  };
}

export function topicOf(event: PersistentEvent): string {
  return {
    requested: TOPICS.requested,
    retry_requested: TOPICS.retry,
    started: TOPICS.started,
    failed: TOPICS.failed,
    completed: TOPICS.completed,
    cancelled: TOPICS.cancelled,
    pictures_kept: TOPICS.cancelled,
    dead_lettered: TOPICS.deadLetters,
    replayed: TOPICS.deadLetterActions,
    malformed: TOPICS.deadLetters,
    models_listed: TOPICS.modelCatalog,
    queue_controlled: TOPICS.queueControl,
  }[event.type];
}

/** The same events in another order, with some of them again. */
export function shuffledWithRepeats<T>(events: readonly T[]): fc.Arbitrary<T[]> {
  const all = fc.shuffledSubarray([...events], { minLength: events.length, maxLength: events.length });
  const again = fc.array(fc.constantFrom(...events), { maxLength: 6 });
  return fc.tuple(all, again, fc.infiniteStream(fc.nat())).map(([order, repeats, places]) => {
    const mixed = [...order];
    for (const repeat of repeats) mixed.splice((places.next().value ?? 0) % (mixed.length + 1), 0, repeat);
    return mixed;
  });
}
