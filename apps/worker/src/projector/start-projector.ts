import { openEventLog } from '@darkroom/shared/composition/open-engines';
import { messageOf } from '@darkroom/shared/errors/darkroom-error';
import type { EventLog, LogMessage } from '@darkroom/shared/event-log/event-log';
import { delayUnlessAborted } from '@darkroom/shared/lifecycle/delay';
import { startHealthServer } from '@darkroom/shared/lifecycle/health-server';
import { openReadModelWriter, type ReadModelWriter } from '@darkroom/shared/read-model/read-model-writer';
import { PERSISTENT_TOPICS } from '@darkroom/shared/schemas/topics';
import type { Logger } from '@darkroom/shared/telemetry/logger';
import { type Clock, systemClock } from '@darkroom/shared/time/clock';
import type { ProjectorConfig } from './config.ts';

type Dependencies = { signal: AbortSignal; logger: Logger; clock?: Clock };
type Projection = {
  log: EventLog;
  model: ReadModelWriter;
  logger: Logger;
  troubles: Map<string, string>;
  signal: AbortSignal;
};

/** Each look asks the log about every topic; once caught up, readers need no finer answer (`find-job.ts`: 60 s). */
const LOOK_AT_ENDS_EVERY_MS = { behind: 250, caughtUp: 1000 };
const RETRY_MS = 1000;
/** Pages that rest on a read model this far behind show the past as if it were now. */
const BEHIND_LIMIT_MS = 15_000;
/** So many looks in a row must find a stored position beyond the end of its topic: then the file was folded from another log. */
const FOREIGN_LOOKS_MAX = 3;
const IN_PLACE_EVERY_MS = 500;

/** Folds every persistent topic into the read model, for as long as it runs. */
export async function startProjector(config: ProjectorConfig, dependencies: Dependencies): Promise<AsyncDisposable> {
  const { logger, clock = systemClock } = dependencies;
  await using stack = new AsyncDisposableStack();
  const log = stack.use(await openEventLog(config.eventLog, dependencies));
  const stop = new AbortController();
  const signal = AbortSignal.any([stop.signal, dependencies.signal]);
  const troubles = new Map<string, string>();
  let caughtUpAt = Number.NEGATIVE_INFINITY;
  const isBehind = () => clock.now() - caughtUpAt > BEHIND_LIMIT_MS;
  const health = await startHealthServer({
    ...config.health,
    readiness: () => ({
      ready: !isBehind() && troubles.size === 0,
      reasons: [...troubles.values(), ...(isBehind() ? ['the read model is still catching up'] : [])],
    }),
  });
  stack.use(health);
  const first = openReadModelWriter(config.readModelFile);
  const folding = (async () => {
    for (let model = first; ; model = openReadModelWriter(config.readModelFile)) {
      await foldInto({ log, model, logger, troubles, signal }, clock, () => {
        if (isBehind()) logger.info({ port: health.port }, 'the read model has caught up');
        caughtUpAt = clock.now();
      });
      model[Symbol.dispose]();
      if (signal.aborted) return;
      caughtUpAt = Number.NEGATIVE_INFINITY;
      logger.warn({}, 'the read model was removed and is made anew');
    }
  })();
  stack.defer(async () => {
    stop.abort();
    await folding;
  });
  return stack.move();
}

/** Folds into one file until it is removed or the projector stops. */
async function foldInto(projection: Projection, clock: Clock, onCaughtUp: () => void): Promise<void> {
  const removed = new AbortController();
  const signal = AbortSignal.any([projection.signal, removed.signal]);
  const current = { ...projection, signal };
  const watch = setInterval(() => !projection.model.isInPlace() && removed.abort(), IN_PLACE_EVERY_MS);
  await Promise.all([
    ...PERSISTENT_TOPICS.map((topic) => followTopic(current, topic)),
    noteCaughtUp(current, clock, onCaughtUp),
  ]);
  clearInterval(watch);
}

/** A topic's failure (a full disk, a log that is away) waits and goes on from the stored position; it stops no other topic. */
async function followTopic({ log, model, logger, troubles, signal }: Projection, topic: string): Promise<void> {
  while (!signal.aborted) {
    try {
      if (!model.isOf(topic, await firstOf(log, topic, signal))) {
        logger.error({ topic }, 'the read model was folded from another log and is discarded');
        return model.discard();
      }
      for await (const messages of log.read(topic, { after: model.positionOf(topic), signal })) {
        const quarantined = model.apply(topic, messages);
        troubles.delete(topic);
        if (quarantined > 0)
          logger.error({ topic, quarantined }, 'messages that cannot be read were put into quarantine');
      }
    } catch (error) {
      if (signal.aborted) return;
      const trouble = `${topic}: ${messageOf(error)}`;
      if (troubles.get(topic) !== trouble)
        logger.error({ topic, error }, 'folding a topic failed and is tried again until it succeeds');
      troubles.set(topic, trouble);
    }
    await delayUnlessAborted(RETRY_MS, signal);
  }
}

/** What a topic begins with: nothing is ever taken from its beginning, so that its log is known by it. */
async function firstOf(log: EventLog, topic: string, signal: AbortSignal): Promise<LogMessage | null> {
  for await (const [first] of log.read(topic, { after: null, follow: false, signal })) return first ?? null;
  return null;
}

/**
 * Stores the last moment before which nothing was left to fold: what a reader may conclude from a missing row rests on it. A file of
 * another log (which was removed or made anew) is discarded: its positions would skip events of this one.
 */
async function noteCaughtUp(
  { log, model, logger, troubles, signal }: Projection,
  clock: Clock,
  onCaughtUp: () => void,
): Promise<void> {
  let foreignLooks = 0;
  for (let everyMs = LOOK_AT_ENDS_EVERY_MS.behind; !signal.aborted; ) {
    try {
      const lookedAt = clock.now();
      let isForeign = false;
      const folded = await Promise.all(
        PERSISTENT_TOPICS.map(async (topic) => {
          // Known before the end is asked for, so that it cannot lie beyond it in the same log.
          const before = model.positionOf(topic);
          const last = await log.lastPosition(topic, { signal });
          isForeign ||= before !== null && (last === null || log.comparePositions(before, last) > 0);
          const position = model.positionOf(topic);
          const isFolded = last === null || (position !== null && log.comparePositions(position, last) >= 0);
          // A topic of which nothing is left has no trouble any more; on a quiet one no message would come to say so.
          if (isFolded) troubles.delete(topic);
          return isFolded;
        }),
      );
      foreignLooks = isForeign ? foreignLooks + 1 : 0;
      if (foreignLooks >= FOREIGN_LOOKS_MAX) {
        logger.error({}, 'the read model was folded from another log and is discarded');
        return model.discard();
      }
      if (!isForeign && folded.every(Boolean)) {
        model.setCaughtUpAt(lookedAt);
        onCaughtUp();
        everyMs = LOOK_AT_ENDS_EVERY_MS.caughtUp;
      }
    } catch {
      // The topics' own loops report it.
    }
    await delayUnlessAborted(everyMs, signal);
  }
}
