import type { EventLog } from '@darkroom/shared/event-log/event-log';
import { delayUnlessAborted } from '@darkroom/shared/lifecycle/delay';
import type { JobRecord } from '@darkroom/shared/read-model/job-record';
import type { WorkerSummary } from '@darkroom/shared/schemas/api';
import { type Progress, progress, type WorkerStatus, workerStatus } from '@darkroom/shared/schemas/events';
import type { JobProgress } from '@darkroom/shared/schemas/job';
import { type LIVE_TOPICS, TOPICS } from '@darkroom/shared/schemas/topics';
import type { Logger } from '@darkroom/shared/telemetry/logger';
import type { Clock } from '@darkroom/shared/time/clock';
import type { z } from 'zod';

/** What is going on at this moment, from the live topics: kept in memory only. */
export type LiveState = AsyncDisposable & {
  progressOf(record: JobRecord): JobProgress | null;
  /** True when the worker that renders this job has been silent for too long. */
  isRecovering(record: JobRecord): boolean;
  /** The workers that are heard of. */
  workers(): WorkerSummary[];
  /** Drops what is known of the rendering of a finished job. */
  forget(jobId: string): void;
  /** Called with each progress that counts. */
  onProgress(listener: (progress: Progress) => void): void;
  onWorkers(listener: () => void): void;
};

type Options = { log: EventLog; clock: Clock; logger: Logger; workerSilentMs: number };

const RETRY_MS = 1000;
/** Progress of a job that nobody reports on any more. */
const PROGRESS_KEPT_MS = 600_000;
const PROGRESS_MAX = 5000;

export function startLiveState({ log, clock, logger, workerSilentMs }: Options): LiveState {
  const startedAt = clock.now();
  const latest = new Map<string, { progress: Progress; at: number }>();
  const heard = new Map<string, { status: WorkerStatus; at: number }>();
  const progressListeners: ((progress: Progress) => void)[] = [];
  const workersListeners: (() => void)[] = [];
  const stop = new AbortController();
  const isAlive = (at: number) => clock.now() - at <= workerSilentMs;

  const takeProgress = (current: Progress) => {
    const known = latest.get(current.jobId);
    if (known && isOlder(current, known.progress)) return;
    latest.delete(current.jobId);
    latest.set(current.jobId, { progress: current, at: clock.now() });
    for (const [jobId, { at }] of latest) {
      if (latest.size <= PROGRESS_MAX && clock.now() - at < PROGRESS_KEPT_MS) break;
      latest.delete(jobId);
    }
    for (const listener of progressListeners) listener(current);
  };
  const takeStatus = (status: WorkerStatus) => {
    heard.set(status.workerId, { status, at: clock.now() });
    for (const [workerId, { at }] of heard) if (clock.now() - at > 10 * workerSilentMs) heard.delete(workerId);
    for (const listener of workersListeners) listener();
  };
  const loops = [
    follow(log, TOPICS.progress, progress, takeProgress, logger, stop.signal),
    follow(log, TOPICS.workerStatus, workerStatus, takeStatus, logger, stop.signal),
  ];

  return {
    progressOf(record) {
      const known = latest.get(record.id)?.progress;
      if (!known || record.status !== 'rendering') return null;
      return known.epoch === record.epoch && known.attempt === record.attempt ? presentProgress(known) : null;
    },
    isRecovering({ status, workerId }) {
      if (status !== 'rendering' || workerId === null || isAlive(startedAt)) return false;
      const worker = heard.get(workerId);
      return worker === undefined || !isAlive(worker.at);
    },
    workers() {
      return [...heard.values()]
        .filter(({ at }) => isAlive(at))
        .map(({ status }) => ({
          id: status.workerId,
          state: status.state,
          reason: status.reason,
          jobs: status.jobs.map(({ jobId }) => jobId),
        }))
        .sort((a, b) => (a.id < b.id ? -1 : 1));
    },
    forget: (jobId) => void latest.delete(jobId),
    onProgress: (listener) => void progressListeners.push(listener),
    onWorkers: (listener) => void workersListeners.push(listener),
    async [Symbol.asyncDispose]() {
      stop.abort();
      await Promise.all(loops);
    },
  };
}

export function presentProgress(current: Progress): JobProgress {
  const { phase, step, steps, pictures, elapsedMs, preview } = current;
  return { phase, step, steps, pictures, elapsed_ms: elapsedMs, preview };
}

/** Of two reports of one job: an earlier epoch or attempt, or an earlier moment of the same attempt. */
function isOlder(a: Progress, b: Progress): boolean {
  if (a.epoch !== b.epoch) return a.epoch < b.epoch;
  if (a.attempt !== b.attempt) return a.attempt < b.attempt;
  return a.time < b.time;
}

async function follow<T>(
  log: EventLog,
  topic: (typeof LIVE_TOPICS)[number],
  schema: z.ZodType<T>,
  take: (message: T) => void,
  logger: Logger,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    try {
      for await (const { payload } of log.tail(topic, { signal })) {
        const message = parseJson(payload, schema);
        if (message !== null) take(message);
      }
    } catch (error) {
      if (signal.aborted) return;
      logger.warn({ topic, error }, 'following a live topic failed and is tried again');
    }
    await delayUnlessAborted(RETRY_MS, signal);
  }
}

function parseJson<T>(payload: Uint8Array, schema: z.ZodType<T>): T | null {
  try {
    return schema.safeParse(JSON.parse(new TextDecoder().decode(payload))).data ?? null;
  } catch {
    return null;
  }
}
