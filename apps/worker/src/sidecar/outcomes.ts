import { decide, readDecision } from '@darkroom/shared/decisions/decide';
import { decisionKeys } from '@darkroom/shared/decisions/decision-keys';
import { type Outcome, outcome } from '@darkroom/shared/schemas/events';
import { publishJobEvent } from './publish-events.ts';
import type { QueuedJob } from './queued-job.ts';
import type { SidecarContext } from './sidecar-context.ts';

/** The outcome that stands for this job and epoch, or null. */
export async function standingOutcome(context: SidecarContext, { jobId, epoch }: QueuedJob) {
  const { gate, store } = context;
  return await gate.through('store', () => readDecision(store, decisionKeys.outcome(jobId, epoch), outcome));
}

/** Decides the job's outcome and publishes what stands, mine or another's. */
export async function settleOutcome(context: SidecarContext, job: QueuedJob, event: Outcome): Promise<Outcome> {
  const { gate, store } = context;
  const key = decisionKeys.outcome(job.jobId, job.epoch);
  const decision = await gate.through('store', () => decide(store, key, event, outcome));
  await publishJobEvent(context, job, decision.event, decision.bytes);
  return decision.event;
}
