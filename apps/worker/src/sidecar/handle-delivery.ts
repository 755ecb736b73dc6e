import {
  CRASHED_HAND_BACK_MS,
  UNCLOSED_STARTS_MAX,
  UNCLOSED_STARTS_PER_DELIVERY,
  WORKER_SILENT_MS,
} from '@darkroom/shared/domain/retry-policy';
import type { Delivery } from '@darkroom/shared/event-log/event-log';
import type { Picture } from '@darkroom/shared/schemas/events';
import type { Ticket } from './engine-turn.ts';
import { followFailure, settleFailure, standingFailure } from './failures.ts';
import { settleOutcome, standingOutcome } from './outcomes.ts';
import { envelopeFor, publishHandOn, publishJobEvent, publishMalformed } from './publish-events.ts';
import { type QueuedJob, readDelivery } from './queued-job.ts';
import { type RenderingResult, render } from './rendering.ts';
import type { SidecarContext } from './sidecar-context.ts';
import { lookAtStarts, type OpenStart, openStart } from './starts.ts';

const UNREADABLE_HAND_BACK_MS = 30_000;
/** A job that was asked for early and cannot begin by then goes back, so that an idle worker can have it. */
const BEGIN_WITHIN_MS = 2000;

/**
 * One delivery, from its arrival to its acknowledgement, in the order of PROTOCOL:
 * outcome there? → this attempt's failure there? → in a live worker's hands? → start.
 * Throws only when the sidecar stops; then the message is not acknowledged and is delivered again.
 */
export async function handleDelivery(context: SidecarContext, delivery: Delivery, ticket: Ticket): Promise<void> {
  const { gate, board } = context;
  const acknowledge = () => gate.through('log', () => delivery.acknowledge());
  const handBack = (ms: number) => gate.through('log', () => delivery.handBack(ms * context.delayFactor));

  const read = readDelivery(delivery);
  if (read.kind !== 'job') {
    if (read.kind === 'unknown-version') {
      noteUnreadable(context, read.reason);
      return await handBack(UNREADABLE_HAND_BACK_MS);
    }
    await publishMalformed(context, delivery, read.reason);
    return await acknowledge();
  }
  const { job } = read;
  using watch = context.cancellations.watch(job);
  if (await isSettled(context, job)) return await acknowledge();
  if (board.isHeld(job)) return await handBack(WORKER_SILENT_MS);
  using _held = board.hold(job);
  const end = await attempt(context, job, { ticket, cancelled: watch.cancelled });
  if (end === 'not-begun') return await gate.through('log', () => delivery.handBack(0));
  await acknowledge();
}

/** Stands until some time after the last such message: another worker, of the newer version, may have taken it. */
function noteUnreadable({ gate, delayFactor }: SidecarContext, reason: string): void {
  gate.setNote('unknown-version', `a message was handed back: ${reason}`, 3 * UNREADABLE_HAND_BACK_MS * delayFactor);
}

/** Publishes what was decided of this attempt and not yet followed, if anything was. */
async function isSettled(context: SidecarContext, job: QueuedJob): Promise<boolean> {
  const [outcome, failure] = await Promise.all([standingOutcome(context, job), standingFailure(context, job)]);
  if (outcome) {
    await publishJobEvent(context, job, outcome.event, outcome.bytes);
    return true;
  }
  if (!failure) return false;
  await followFailure(context, job, failure);
  return true;
}

/** A job's place at the engine, and whether it still wants it. */
type Turn = { ticket: Ticket; cancelled: AbortSignal };

/** Calls the engine until it answers for this job, or the job has to go on elsewhere. */
async function attempt(context: SidecarContext, job: QueuedJob, turn: Turn): Promise<'ended' | 'not-begun'> {
  const { gate, control, signal } = context;
  for (let unclosedHere = 0; ; ) {
    const starts = await lookAtStarts(context, job);
    if (starts.unclosed > UNCLOSED_STARTS_MAX) {
      const message = `${starts.unclosed} calls of the engine for this job ended without any answer`;
      await settleFailure(context, job, { code: 'WORKER_CRASHED', message });
      return 'ended';
    }
    await gate.open();
    if (control.paused) return 'not-begun';
    const start = await openStart(context, job, starts.next);
    const result = await takeTurn(context, job, start, turn);
    if (result === null) return 'not-begun';
    if (result.kind === 'cut') {
      gate.set('engine', result.message);
      unclosedHere += 1;
      if (unclosedHere < UNCLOSED_STARTS_PER_DELIVERY) continue;
      await publishHandOn(context, job, CRASHED_HAND_BACK_MS);
      return 'ended';
    }
    if (result.kind === 'unreachable') {
      await start.close();
      gate.set('engine', result.message);
      signal.throwIfAborted();
      continue;
    }
    // Neither waits for the other: a start that is still open beside an outcome is never looked at.
    await Promise.all([start.close(), settleResult(context, job, result)]);
    return 'ended';
  }
}

/** Renders when the engine is free; null if that takes too long or the queue was paused meanwhile. */
async function takeTurn(
  context: SidecarContext,
  job: QueuedJob,
  start: OpenStart,
  { ticket, cancelled }: Turn,
): Promise<RenderingResult | null> {
  const { turn, control, signal } = context;
  try {
    using taken = await turn.take(ticket, BEGIN_WITHIN_MS, signal);
    // Cancelled while it was made ready: nobody is told that it started.
    if (taken && cancelled.aborted) return { kind: 'settled', pictures: Promise.resolve([]) };
    if (taken && !control.paused) {
      // The engine does not wait for the log; what follows from its answer does.
      const [result] = await Promise.all([render(context, job, cancelled), publishStarted(context, job)]);
      return result;
    }
  } catch (error) {
    // Only a stop gets here: a graceful end of the start.
    await start.close();
    throw error;
  }
  await start.close();
  return null;
}

async function publishStarted(context: SidecarContext, job: QueuedJob): Promise<void> {
  const { workerId } = context;
  await publishJobEvent(context, job, {
    ...envelopeFor(context, job),
    type: 'started',
    attempt: job.attempt,
    workerId,
  });
}

type Ended = Exclude<RenderingResult, { kind: 'cut' | 'unreachable' }>;

async function settleResult(context: SidecarContext, job: QueuedJob, result: Ended): Promise<void> {
  if (result.kind === 'failed') return await settleFailure(context, job, result);
  const pictures = (await result.pictures).toSorted((a, b) => a.index - b.index);
  if (result.kind === 'settled') {
    const standing = await standingOutcome(context, job);
    if (standing) await publishJobEvent(context, job, standing.event, standing.bytes);
    if (standing?.event.type === 'cancelled') await publishKept(context, job, pictures);
    return;
  }
  const { workerId } = context;
  const { timings, model_digest: modelDigest, engine, warnings } = result.done;
  const standing = await settleOutcome(context, job, {
    ...envelopeFor(context, job),
    type: 'completed',
    attempt: job.attempt,
    workerId,
    ...{ pictures, timings, modelDigest, engine, warnings },
  });
  if (standing.type === 'cancelled') await publishKept(context, job, pictures);
}

/** Pictures that were finished before a cancel are kept. */
async function publishKept(context: SidecarContext, job: QueuedJob, pictures: Picture[]): Promise<void> {
  if (pictures.length === 0) return;
  const { workerId } = context;
  await publishJobEvent(context, job, { ...envelopeFor(context, job), type: 'pictures_kept', workerId, pictures });
}
