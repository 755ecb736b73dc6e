import { randomBytes } from 'node:crypto';
import { openEventLog, openObjectStore } from '@darkroom/shared/composition/open-engines';
import type { Faults } from '@darkroom/shared/faults/faults';
import { createIds } from '@darkroom/shared/ids/ids';
import { openReadModelReader } from '@darkroom/shared/read-model/read-model-reader';
import type { Logger } from '@darkroom/shared/telemetry/logger';
import { type Clock, systemClock } from '@darkroom/shared/time/clock';
import type { WebConfig } from './config.ts';
import { startEventHub } from './events/event-hub.ts';
import { startLiveState } from './reads/live-state.ts';
import { createQueueView } from './reads/queue-view.ts';
import { createReadBarrier } from './reads/read-barrier.ts';
import { createReadiness } from './reads/readiness.ts';
import type { WebRuntime } from './runtime.ts';

type Dependencies = { signal?: AbortSignal; logger: Logger; clock?: Clock; faults?: Faults | null };

/** Opens the engines and starts what a web process does on its own. */
export async function startWeb(config: WebConfig, dependencies: Dependencies): Promise<WebRuntime & AsyncDisposable> {
  const { logger, clock = systemClock, faults = null, signal } = dependencies;
  await using stack = new AsyncDisposableStack();
  const log = stack.use(await openEventLog(config.eventLog, { faults, signal }));
  const store = stack.use(await openObjectStore(config.objectStore, { faults, logger, signal, decides: true }));
  const reader = stack.use(openReadModelReader(config.readModelFile));
  const live = stack.use(startLiveState({ log, clock, logger, workerSilentMs: config.workerSilentMs }));
  const queue = createQueueView(reader, live);
  const barrier = createReadBarrier(log, reader);
  const hub = stack.use(startEventHub({ config, clock, live, queue, reader, logger }));
  const opened = stack.move();
  return {
    ...{ config, logger, clock, ids: createIds(clock), drawSeed, log, store, reader, barrier, live, queue, hub },
    readiness: createReadiness({ log, reader, barrier, clock }),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

/** Uniform over all whole numbers from 0 to `maximum`, of up to 53 bits. */
function drawSeed(maximum: number): number {
  for (;;) {
    const seed = Number(randomBytes(8).readBigUInt64BE() >> 11n);
    if (seed <= maximum) return seed;
  }
}
