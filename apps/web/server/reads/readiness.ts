import { DarkroomError, isDarkroomError } from '@darkroom/shared/errors/darkroom-error';
import type { EventLog } from '@darkroom/shared/event-log/event-log';
import type { ReadModelReader } from '@darkroom/shared/read-model/read-model-reader';
import { QUEUE_SOURCES, SIDECARS_SUBSCRIPTION } from '@darkroom/shared/schemas/topics';
import type { Clock } from '@darkroom/shared/time/clock';
import type { Positions, ReadBarrier } from './read-barrier.ts';

/** Whether jobs can be accepted: the read model has passed the ends it saw at start, a model is known, the queue keeps messages. */
export type Readiness = {
  /** Every reason against this replica, also that its projector has fallen silent: another replica answers reads better. */
  reasons(): Promise<string[]>;
  /** Throws `NOT_READY` with the first reason against accepting a job. An accepted one is safe in the log, whoever folds it. */
  require(): Promise<void>;
};

/** A projector notes several times a second that it has folded all there is. */
const PROJECTOR_SILENT_MS = 15_000;

/** A subscription may be removed at any time, and a request without it would wait for ever; each look costs a round to the log. */
const QUEUE_LOOK_KEPT_MS = 1000;

type Dependencies = { log: EventLog; reader: ReadModelReader; barrier: ReadBarrier; clock: Clock };

export function createReadiness({ log, reader, barrier, clock }: Dependencies): Readiness {
  let start: { generation: string; ends: Positions; passed: boolean } | null = null;
  let queue = { exists: false, lookedAt: Number.NEGATIVE_INFINITY };

  /** A file that was made anew has to catch up again. */
  const caughtUp = async (): Promise<boolean> => {
    const generation = reader.generation();
    if (start?.generation !== generation) start = { generation, ends: await barrier.ends(), passed: false };
    start.passed ||= barrier.hasPassed(start.ends);
    return start.passed;
  };
  const reasonsAgainstJobs = async (): Promise<string[]> => {
    try {
      const isFresh = queue.exists && clock.now() - queue.lookedAt < QUEUE_LOOK_KEPT_MS;
      if (!isFresh) queue = { exists: await hasQueue(log), lookedAt: clock.now() };
      // Before the setup there are no topics to be asked about either.
      if (!queue.exists) return ['The queue has no subscription of the workers yet: the setup has not run'];
      return [
        ...((await caughtUp()) ? [] : ['The read model is still catching up with the log']),
        ...((reader.modelCatalog()?.models.length ?? 0) > 0 ? [] : ['No worker has listed a model yet']),
      ];
    } catch (error) {
      if (isDarkroomError(error)) return [error.code === 'NOT_READY' ? error.message : `${error.code}: no answer`];
      throw error;
    }
  };
  return {
    async reasons() {
      const reasons = await reasonsAgainstJobs();
      if (reasons.length > 0) return reasons;
      const behindMs = clock.now() - reader.caughtUpAt();
      if (behindMs <= PROJECTOR_SILENT_MS) return [];
      return [`The projector was last up to date ${Math.round(behindMs / 1000)} s ago`];
    },
    async require() {
      const [reason] = await reasonsAgainstJobs();
      if (reason !== undefined) throw new DarkroomError('NOT_READY', reason, { retryAfterSeconds: 1 });
    },
  };
}

/** Without its subscription a topic would keep a message that no worker ever gets. */
async function hasQueue(log: EventLog): Promise<boolean> {
  const backlogs = await Promise.all(QUEUE_SOURCES.map(({ topic }) => log.backlog(topic, SIDECARS_SUBSCRIPTION)));
  return backlogs.every((backlog) => backlog !== null);
}
