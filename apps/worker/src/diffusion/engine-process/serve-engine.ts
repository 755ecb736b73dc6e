import { Worker } from 'node:worker_threads';
import { DarkroomError, isDarkroomError, messageOf } from '@darkroom/shared/errors/darkroom-error';
import type { Engine, EngineMessage } from '../engine/engine.ts';
import { throttleProgress } from '../engine/throttle-progress.ts';
import type { FromEngine, ToEngine } from './engine-messages.ts';

/** What an engine's failure becomes at the latest here: the process itself lives on. */
function errorMessage(error: unknown): EngineMessage {
  const known = isDarkroomError(error)
    ? error
    : new DarkroomError('ENGINE_FAILURE', `The engine failed: ${messageOf(error)}`, { cause: error });
  return { type: 'error', code: known.code, message: known.message, context: known.context };
}

/**
 * The main loop of the inference process: renders what the front asks for, one at a time, and aborts on its word.
 * It ends with the front, whatever ended that one: when the channel closes, or, in the middle of a step that blocks
 * this thread, by the watch of a second one.
 */
export function serveEngine(engine: Engine): void {
  const send = (message: FromEngine) => {
    // A front that has just died is noticed by its watch, not by an error of the channel.
    if (process.connected) process.send?.(message, undefined, undefined, () => {});
  };
  let current: { id: number; abort: AbortController } | null = null;

  const render = async ({ id, job }: Extract<ToEngine, { type: 'render' }>) => {
    const abort = new AbortController();
    current = { id, abort };
    try {
      const emit = throttleProgress(
        (message) => send({ type: 'message', id, message }),
        () => performance.now(),
      );
      await engine.render(job, emit, { signal: abort.signal });
    } catch (error) {
      if (!abort.signal.aborted) send({ type: 'message', id, message: errorMessage(error) });
    }
    current = null;
    send({ type: 'ended', id });
  };

  // Only the front, which shares the type, can write to the channel.
  process.on('message', (message: ToEngine) => {
    if (message.type === 'render') render(message);
    else if (current?.id === message.id) current.abort.abort();
  });
  process.on('disconnect', () => process.exit(0));
  // Ctrl-C goes to the whole group; the front decides what it means.
  process.on('SIGINT', () => undefined);
  new Worker(new URL('./watch-thread.ts', import.meta.url)).unref();
  send({ type: 'ready', identity: engine.identity });
}
