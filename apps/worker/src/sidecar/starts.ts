import { randomUUID } from 'node:crypto';
import { decisionKeys } from '@darkroom/shared/decisions/decision-keys';
import { encodeEvent } from '@darkroom/shared/schemas/read-event';
import { isoTimeOf } from '@darkroom/shared/time/clock';
import type { QueuedJob } from './queued-job.ts';
import type { SidecarContext } from './sidecar-context.ts';

const JSON_TYPE = { contentType: 'application/json' };

/** What is known of a job's calls to an engine, over all deliveries and workers. */
export type StartsSoFar = { next: number; unclosed: number };

export async function lookAtStarts({ gate, store }: SidecarContext, { jobId, epoch }: QueuedJob): Promise<StartsSoFar> {
  return await gate.through('store', async () => {
    const begun = new Set<number>();
    const ended = new Set<number>();
    const prefix = decisionKeys.starts(jobId, epoch);
    for await (const { key } of store.list(prefix)) {
      const [number = '', ...rest] = key.slice(prefix.length).split('.');
      (rest[0] === 'ended' ? ended : begun).add(Number(number));
    }
    return { next: Math.max(0, ...begun) + 1, unclosed: begun.difference(ended).size };
  });
}

/** A start that is on record before the engine is called, so that an engine that dies of its job can be known. */
export type OpenStart = { close(): Promise<void> };

export async function openStart(context: SidecarContext, job: QueuedJob, first: number): Promise<OpenStart> {
  const { gate, store, workerId, clock } = context;
  const body = encodeEvent({ workerId, nonce: randomUUID(), attempt: job.attempt, time: isoTimeOf(clock) });
  let number = first;
  const create = async () => await store.create(decisionKeys.start(job.jobId, job.epoch, number), body, JSON_TYPE);
  while (!(await gate.through('store', create))) number += 1;
  let closed = false;
  return {
    async close() {
      if (closed) return;
      closed = true;
      await gate.through('store', () =>
        store.put(
          decisionKeys.startEnded(job.jobId, job.epoch, number),
          encodeEvent({ time: isoTimeOf(clock) }),
          JSON_TYPE,
        ),
      );
    },
  };
}
