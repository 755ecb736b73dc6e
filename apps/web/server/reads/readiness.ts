import { DarkroomError, isDarkroomError } from '@darkroom/shared/errors/darkroom-error';
import type { EventLog } from '@darkroom/shared/event-log/event-log';
import type { ReadModelReader } from '@darkroom/shared/read-model/read-model-reader';
import { QUEUE_SOURCES, SIDECARS_SUBSCRIPTION } from '@darkroom/shared/schemas/topics';
import type { Positions, ReadBarrier } from './read-barrier.ts';

/** Whether jobs can be accepted: the read model has passed the ends it saw at start, a model is known, the queue keeps messages. */
export type Readiness = {
  reasons(): Promise<string[]>;
  /** Throws `NOT_READY` with the first reason. */
  require(): Promise<void>;
};

export function createReadiness(log: EventLog, reader: ReadModelReader, barrier: ReadBarrier): Readiness {
  let start: { generation: string; ends: Positions; passed: boolean } | null = null;
  let queueExists = false;

  /** A file that was made anew has to catch up again. */
  const caughtUp = async (): Promise<boolean> => {
    const generation = reader.generation();
    if (start?.generation !== generation) start = { generation, ends: await barrier.ends(), passed: false };
    start.passed ||= barrier.hasPassed(start.ends);
    return start.passed;
  };
  const reasons = async (): Promise<string[]> => {
    try {
      queueExists ||= await hasQueue(log);
      // Before the setup there are no topics to be asked about either.
      if (!queueExists) return ['The queue has no subscription of the workers yet: the setup has not run'];
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
    reasons,
    async require() {
      const [reason] = await reasons();
      if (reason !== undefined) throw new DarkroomError('NOT_READY', reason, { retryAfterSeconds: 1 });
    },
  };
}

/** Without its subscription a topic would keep a message that no worker ever gets. */
async function hasQueue(log: EventLog): Promise<boolean> {
  const backlogs = await Promise.all(QUEUE_SOURCES.map(({ topic }) => log.backlog(topic, SIDECARS_SUBSCRIPTION)));
  return backlogs.every((backlog) => backlog !== null);
}
