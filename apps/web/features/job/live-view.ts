import type { Models, ProgressMessage, SnapshotMessage, WorkerSummary } from '@darkroom/shared/schemas/api';
import { isFinished, type Job } from '@darkroom/shared/schemas/job';

/** What the event stream has told: the jobs that are not finished, the newest others and all that changed since. */
export type LiveView = {
  connection: 'connecting' | 'open';
  /** False until the first snapshot. */
  known: boolean;
  jobs: Readonly<Record<string, Job>>;
  models: Models;
  workers: readonly WorkerSummary[];
};

export const EMPTY_LIVE_VIEW: LiveView = {
  connection: 'connecting',
  known: false,
  jobs: {},
  models: { models: [], default_model: null, unusable: [] },
  workers: [],
};

export type LiveMessage =
  | { type: 'snapshot'; data: SnapshotMessage }
  | { type: 'job'; data: Job }
  | { type: 'progress'; data: ProgressMessage }
  | { type: 'models'; data: Models }
  | { type: 'workers'; data: readonly WorkerSummary[] }
  | { type: 'connection'; data: LiveView['connection'] };

export function applyLive(view: LiveView, message: LiveMessage): LiveView {
  switch (message.type) {
    case 'snapshot': {
      const { jobs, models, workers } = message.data;
      const fresh = jobs.map((job) => [job.id, keepPreview(view.jobs[job.id], job)] as const);
      return {
        connection: 'open',
        known: true,
        jobs: { ...ended(view.jobs), ...Object.fromEntries(fresh) },
        models,
        workers,
      };
    }
    case 'job':
      return withJob(view, newerOf(view.jobs[message.data.id], message.data));
    case 'progress': {
      const job = view.jobs[message.data.id];
      if (!job || isFinished(job.status)) return view;
      return withJob(view, keepPreview(job, { ...job, status: 'rendering', progress: message.data.progress }));
    }
    case 'models':
      return { ...view, models: message.data };
    case 'workers':
      return { ...view, workers: message.data };
    case 'connection':
      return { ...view, connection: message.data };
  }
}

/** A snapshot has every job that is not finished: one that it lacks has ended unseen, and what is known of it is old. */
function ended(jobs: LiveView['jobs']): LiveView['jobs'] {
  return Object.fromEntries(Object.entries(jobs).filter(([, job]) => isFinished(job.status)));
}

function withJob(view: LiveView, job: Job): LiveView {
  return { ...view, jobs: { ...view.jobs, [job.id]: job } };
}

/** Answers and stream overtake one another: what a job has reached is never taken back, but by a replay. */
function newerOf(known: Job | undefined, given: Job): Job {
  if (!known || known.epoch < given.epoch) return given;
  const isBehind =
    known.epoch > given.epoch ||
    (isFinished(known.status) && !isFinished(given.status)) ||
    (!isFinished(given.status) && known.attempt > given.attempt);
  return isBehind ? known : keepPreview(known, given);
}

/** Not every progress carries a preview: the last one stays, so that the picture does not flicker back to grain. */
function keepPreview(before: Job | undefined, now: Job): Job {
  const preview = before?.progress?.preview ?? null;
  if (
    !preview ||
    !now.progress ||
    now.progress.preview ||
    before?.epoch !== now.epoch ||
    before.attempt !== now.attempt
  )
    return now;
  return { ...now, progress: { ...now.progress, preview } };
}

/** Newest first; ids are UUIDv7, so their order is that of the requests. */
export function newestFirst(jobs: Iterable<Job>): Job[] {
  return [...jobs].sort((a, b) => (a.id < b.id ? 1 : -1));
}
