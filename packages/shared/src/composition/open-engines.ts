import type { EnginesConfig } from '../config/engines.ts';
import { probeConditionalWrites } from '../decisions/decide.ts';
import { openEmbeddedEventLog } from '../event-log/embedded/embedded-event-log.ts';
import type { EventLog, LogPlan } from '../event-log/event-log.ts';
import { type FailPoints, noFailPoints } from '../fail-points/fail-points.ts';
import { eventLogWithFailPoints, objectStoreWithFailPoints } from '../fail-points/port-decorators.ts';
import type { Abortable } from '../lifecycle/abortable.ts';
import { openFolderObjectStore } from '../object-store/folder/folder-object-store.ts';
import type { ObjectStore } from '../object-store/object-store.ts';
import { LIVE_TOPICS, PERSISTENT_TOPICS, QUEUE_SOURCES, SIDECARS_SUBSCRIPTION } from '../schemas/topics.ts';

/** Topics and subscriptions of the platform; embedded they are made at each start, elsewhere by a setup job. */
export const LOG_PLAN: LogPlan = {
  topics: PERSISTENT_TOPICS,
  subscriptions: QUEUE_SOURCES.map(({ topic }) => ({ topic, name: SIDECARS_SUBSCRIPTION })),
};

export async function openEventLog(
  config: EnginesConfig['eventLog'],
  options: Abortable & { failPoints?: FailPoints } = {},
): Promise<EventLog> {
  const log = await openEmbeddedEventLog({
    folder: config.folder,
    liveTopics: LIVE_TOPICS,
    ...(config.leaseTimeoutMs === undefined ? {} : { leaseTimeoutMs: config.leaseTimeoutMs }),
  });
  await log.setup(LOG_PLAN, options);
  return eventLogWithFailPoints(log, options.failPoints ?? noFailPoints);
}

/** `decides` is true for processes that take decisions: they check first that the store can. */
export async function openObjectStore(
  config: EnginesConfig['objectStore'],
  options: Abortable & { failPoints?: FailPoints; decides: boolean },
): Promise<ObjectStore> {
  const store = await openFolderObjectStore(config.folder);
  if (options.decides) await probeConditionalWrites(store, options);
  return objectStoreWithFailPoints(store, options.failPoints ?? noFailPoints);
}
