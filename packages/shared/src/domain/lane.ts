import type { Lane } from '../schemas/topics.ts';

const HIGH_WAITING_MAX = 2;
const NORMAL_WAITING_MAX = 20;

/** A person's first jobs go ahead; bulk work goes into lanes that are served less often, and never blocks anyone. */
export function laneFor(waitingJobsOfPerson: number): Lane {
  if (waitingJobsOfPerson < HIGH_WAITING_MAX) return 'high';
  return waitingJobsOfPerson < NORMAL_WAITING_MAX ? 'normal' : 'low';
}
