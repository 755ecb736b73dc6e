import type { EventLog } from '@darkroom/shared/event-log/event-log';
import { openReadModelWriter } from '@darkroom/shared/read-model/read-model-writer';
import { PERSISTENT_TOPICS } from '@darkroom/shared/schemas/topics';

/** A projector for tests: folds every topic into the file until it is disposed. `pause` holds it, as a slow replica would be. */
export type Projection = AsyncDisposable & { pause(): void; resume(): void };

export function startProjection(log: EventLog, file: string): Projection {
  const model = openReadModelWriter(file);
  const stop = new AbortController();
  let paused = false;
  const foldOnce = async () => {
    const at = Date.now();
    for (const topic of PERSISTENT_TOPICS) {
      for await (const messages of log.read(topic, { after: model.positionOf(topic), follow: false })) {
        model.apply(topic, messages);
      }
    }
    model.setCaughtUpAt(at);
  };
  const loop = (async () => {
    while (!stop.signal.aborted) {
      if (!paused) await foldOnce();
      await new Promise((wake) => setTimeout(wake, 5));
    }
  })();
  return {
    pause() {
      paused = true;
    },
    resume() {
      paused = false;
    },
    async [Symbol.asyncDispose]() {
      stop.abort();
      await loop;
      model[Symbol.dispose]();
    },
  };
}
