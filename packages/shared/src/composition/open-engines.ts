import type { EmbeddedLogConfig, EnginesConfig } from '../config/engines.ts';
import type { PulsarConfig } from '../config/pulsar.ts';
import { probeConditionalWrites } from '../decisions/decide.ts';
import { openEmbeddedEventLog } from '../event-log/embedded/embedded-event-log.ts';
import type { EventLog, LogPlan } from '../event-log/event-log.ts';
import type { Faults } from '../faults/faults.ts';
import { faultyEventLog, faultyObjectStore } from '../faults/faulty-ports.ts';
import type { Abortable } from '../lifecycle/abortable.ts';
import { openFolderObjectStore } from '../object-store/folder/folder-object-store.ts';
import type { ObjectStore } from '../object-store/object-store.ts';
import { LIVE_TOPICS, PERSISTENT_TOPICS, QUEUE_SOURCES, SIDECARS_SUBSCRIPTION, TOPICS } from '../schemas/topics.ts';
import type { Logger } from '../telemetry/logger.ts';
import { untilThere } from './until-there.ts';

/** Topics and subscriptions of the platform; embedded they are made at each start, elsewhere by a setup job. */
export const LOG_PLAN: LogPlan = {
  topics: PERSISTENT_TOPICS,
  subscriptions: QUEUE_SOURCES.map(({ topic }) => ({ topic, name: SIDECARS_SUBSCRIPTION })),
};

export async function openEventLog(
  config: EnginesConfig['eventLog'],
  options: Abortable & { faults?: Faults | null } = {},
): Promise<EventLog> {
  const log = config.kind === 'pulsar' ? await openPulsar(config) : await openEmbedded(config, options);
  return options.faults ? faultyEventLog(log, options.faults) : log;
}

async function openEmbedded(config: EmbeddedLogConfig, options: Abortable): Promise<EventLog> {
  const log = await openEmbeddedEventLog({
    folder: config.folder,
    liveTopics: LIVE_TOPICS,
    ...(config.leaseTimeoutMs === undefined ? {} : { leaseTimeoutMs: config.leaseTimeoutMs }),
  });
  await log.setup(LOG_PLAN, options);
  return log;
}

/** Loaded only where it is asked for. Makes nothing and connects when it is used: who needs what is missing waits and says so. */
async function openPulsar(config: PulsarConfig): Promise<EventLog> {
  const { openConfiguredPulsar } = await import('../event-log/pulsar/open-configured-pulsar.ts');
  return await openConfiguredPulsar(config, { liveTopics: LIVE_TOPICS, probeTopic: TOPICS.queueControl });
}

/** `decides` is true for processes that take decisions: they check first that the store can. A store of its own server is waited for. */
export async function openObjectStore(
  config: EnginesConfig['objectStore'],
  options: Abortable & { faults?: Faults | null; logger?: Logger; decides: boolean },
): Promise<ObjectStore> {
  const open = async () => {
    await using stack = new AsyncDisposableStack();
    const store = stack.use(await openStoreOf(config, options));
    if (options.decides) await probeConditionalWrites(store, options);
    stack.move();
    return store;
  };
  const store = config.kind === 'folder' ? await open() : await untilThere(options, open);
  return options.faults ? faultyObjectStore(store, options.faults) : store;
}

async function openStoreOf(config: EnginesConfig['objectStore'], options: Abortable): Promise<ObjectStore> {
  if (config.kind === 'folder') return await openFolderObjectStore(config.folder);
  // Loaded where it is configured only: the SDK costs a start 0.1 s.
  const { openS3ObjectStore } = await import('../object-store/s3/s3-object-store.ts');
  return await openS3ObjectStore(config, options);
}
