import type { Delivery } from '@darkroom/shared/event-log/event-log';
import type { Requested } from '@darkroom/shared/schemas/events';
import { readEvent } from '@darkroom/shared/schemas/read-event';

/** A job as a queue message asks for it. */
export type QueuedJob = {
  request: Requested;
  jobId: string;
  epoch: number;
  attempt: number;
  /** Carried on to every event of the job (trace context). */
  properties: Readonly<Record<string, string>>;
};

export type ReadDelivery =
  | { kind: 'job'; job: QueuedJob }
  /** Written by a newer version: not ours to judge. */
  | { kind: 'unknown-version'; reason: string }
  | { kind: 'malformed'; reason: string };

export function readDelivery(delivery: Delivery): ReadDelivery {
  const read = readEvent(delivery.payload);
  if (read.kind === 'unknown-version') return read;
  if (read.kind !== 'event') return { kind: 'malformed', reason: read.reason };
  const { event } = read;
  if (event.type !== 'requested' && event.type !== 'retry_requested') {
    return { kind: 'malformed', reason: `a queue does not hold events of the type ${event.type}` };
  }
  const request = event.type === 'requested' ? event : event.request;
  const attempt = event.type === 'requested' ? 1 : event.attempt;
  return {
    kind: 'job',
    job: { request, jobId: event.jobId, epoch: event.epoch, attempt, properties: delivery.properties },
  };
}

export function sameJob(a: { jobId: string; epoch: number }, b: { jobId: string; epoch: number }): boolean {
  return a.jobId === b.jobId && a.epoch === b.epoch;
}
