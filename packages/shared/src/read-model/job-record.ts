import type { Cause, Completed, Picture, Requested } from '../schemas/events.ts';
import type { JobStatus } from '../schemas/job.ts';
import type { Lane } from '../schemas/topics.ts';

export type AttemptRecord = {
  attempt: number;
  workerId: string | null;
  startedTime: string | null;
  failedTime: string | null;
  cause: Cause | null;
};

/** What is known of one job: the fold of its events, at its highest epoch. Liveness and progress are not in it. */
export type JobRecord = {
  id: string;
  epoch: number;
  status: Exclude<JobStatus, 'recovering'>;
  submittedBy: string;
  lane: Lane;
  metadata: Record<string, string>;
  generationSettings: Requested['generationSettings'];
  resolved: Requested['resolved'];
  requestTime: string;
  startedTime: string | null;
  /** When the outcome was decided, whichever it is. */
  endTime: string | null;
  attempt: number;
  attempts: AttemptRecord[];
  retryTime: string | null;
  error: Cause | null;
  pictures: Picture[];
  workerId: string | null;
  timings: Completed['timings'] | null;
  modelDigest: string | null;
  engine: Completed['engine'] | null;
  warnings: string[];
  traceparent: string | null;
};
