import { DarkroomError } from '@darkroom/shared/errors/darkroom-error';
import type { EventLog } from '@darkroom/shared/event-log/event-log';
import type { Ids } from '@darkroom/shared/ids/ids';
import type { ObjectStore } from '@darkroom/shared/object-store/object-store';
import type { ReadModelReader } from '@darkroom/shared/read-model/read-model-reader';
import type { Logger } from '@darkroom/shared/telemetry/logger';
import type { Clock } from '@darkroom/shared/time/clock';
import type { WebConfig } from './config.ts';
import type { EventHub } from './events/event-hub.ts';
import type { LiveState } from './reads/live-state.ts';
import type { QueueView } from './reads/queue-view.ts';
import type { ReadBarrier } from './reads/read-barrier.ts';
import type { Readiness } from './reads/readiness.ts';

/** Everything that lives as long as the web process; use cases get it as their first parameter. */
export type WebRuntime = {
  config: WebConfig;
  logger: Logger;
  clock: Clock;
  ids: Ids;
  /** A random whole number from 0 to `maximum`. */
  drawSeed(maximum: number): number;
  log: EventLog;
  store: ObjectStore;
  reader: ReadModelReader;
  barrier: ReadBarrier;
  readiness: Readiness;
  live: LiveState;
  queue: QueueView;
  hub: EventHub;
};

/** Until accounts exist there is one person. */
export const LOCAL_PERSON = 'local';

/**
 * Instrumentation and route handlers are separate bundles of one process: what lives hangs on a symbol of the global object.
 * Errors made in one bundle are caught in another, so they are told by `isDarkroomError`, never by `instanceof`.
 */
const RUNTIME = Symbol.for('darkroom.web-runtime');
type RuntimeHolder = typeof globalThis & { [RUNTIME]?: WebRuntime };

export function installRuntime(runtime: WebRuntime | undefined): void {
  const holder: RuntimeHolder = globalThis;
  if (runtime) holder[RUNTIME] = runtime;
  else delete holder[RUNTIME];
}

export function installedRuntime(): WebRuntime | undefined {
  const holder: RuntimeHolder = globalThis;
  return holder[RUNTIME];
}

export function webRuntime(): WebRuntime {
  const runtime = installedRuntime();
  if (runtime) return runtime;
  throw new DarkroomError('NOT_READY', 'The server is starting', { retryAfterSeconds: 1 });
}
