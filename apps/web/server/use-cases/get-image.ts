import type { Job } from '@darkroom/shared/schemas/job';
import { answerOf } from '../job-answer.ts';
import { awaitPositions, findJob, jobIdOf } from '../reads/find-job.ts';
import type { Positions } from '../reads/read-barrier.ts';
import type { WebRuntime } from '../runtime.ts';

export type ReadOptions = {
  /** Of the client's last change: the answer is at least as new. */
  after: Positions;
  signal: AbortSignal;
};

export async function getImage(runtime: WebRuntime, id: string, { after, signal }: ReadOptions): Promise<Job> {
  const jobId = jobIdOf(id);
  await awaitPositions(runtime, after, { signal });
  return answerOf(runtime, await findJob(runtime, jobId, { signal }));
}
