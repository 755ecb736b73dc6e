import { type ChildProcess, fork } from 'node:child_process';
import { Readable } from 'node:stream';
import { DarkroomError } from '@darkroom/shared/errors/darkroom-error';
import type { Abortable } from '@darkroom/shared/lifecycle/abortable';
import { waitFor } from '@darkroom/shared/lifecycle/wait-for';
import type { Logger } from '@darkroom/shared/telemetry/logger';
import type { EngineMessage, RenderJob } from '../engine/engine.ts';
import type { FromEngine, ToEngine } from './engine-messages.ts';
import { HEARTBEAT_DESCRIPTOR, watchHeartbeat } from './heartbeat.ts';
import { RestartBackoff } from './restart-backoff.ts';

export type EngineProcessOptions = {
  /** The module that the process runs, and its options, given as JSON in the first argument. */
  module: URL;
  moduleOptions: unknown;
  /** How long an aborted rendering may take to stop before the process is killed. */
  abortDeadlineMs: number;
  /** How long a rendering may wait for the one before it, or for a restart. */
  busyWaitMs: number;
  /** How long the process may give no sign of life before it is killed. */
  silentMs: number;
  logger: Logger;
};

type Rendering = {
  id: number;
  onMessage: (message: EngineMessage) => void;
  ended: PromiseWithResolvers<void>;
};

/** How long a process that is told to end may take. */
const STOP_DEADLINE_MS = 2000;
const RETRY_AFTER_SECONDS = 1;

/**
 * The inference process, seen from the front: starts it, restarts it whenever it ends, gives it one rendering at a time.
 * Modes: starting → ready ⇄ rendering; from each of them ended → (after a wait) starting; stopped.
 */
export class EngineProcess implements AsyncDisposable {
  readonly #options: EngineProcessOptions;
  readonly #backoff = new RestartBackoff();
  #child: ChildProcess | null = null;
  #ready = false;
  #stopped = false;
  #generation = 0;
  #nextId = 1;
  #rendering: Rendering | null = null;
  #restart: NodeJS.Timeout | undefined;
  /** Resolves at the next change of mode. */
  #changed = Promise.withResolvers<void>();

  constructor(options: EngineProcessOptions) {
    this.#options = options;
    this.#start();
  }

  /** Counts the starts. */
  get generation(): number {
    return this.#generation;
  }

  get status(): 'ok' | 'starting' | 'restarting' {
    if (this.#ready) return 'ok';
    return this.#generation <= 1 && this.#child ? 'starting' : 'restarting';
  }

  get processId(): number | undefined {
    return this.#child?.pid;
  }

  /** Resolves when the process can render. */
  async untilReady({ signal }: Abortable = {}): Promise<void> {
    while (!this.#ready) await waitFor(this.#changed.promise, { signal });
  }

  /**
   * Renders one job; `accepted` is called when the process takes it, `onMessage` for each line. Resolves when it has
   * ended, with or without a last line. Throws `NOT_READY` when the engine stays busy, `ENGINE_UNREACHABLE` when the
   * process ended meanwhile. After an abort it resolves once the rendering has stopped or its process was killed.
   */
  async render(
    job: RenderJob,
    { accepted, onMessage }: { accepted: () => void; onMessage: (message: EngineMessage) => void },
    { signal }: Abortable = {},
  ): Promise<void> {
    const { child, rendering } = await this.#acquire(onMessage, signal);
    let deadline: NodeJS.Timeout | undefined;
    const abort = () => {
      send(child, { type: 'abort', id: rendering.id });
      deadline = setTimeout(() => {
        this.#options.logger.warn({}, 'an aborted rendering did not stop in time; its process is killed');
        child.kill('SIGKILL');
      }, this.#options.abortDeadlineMs);
    };
    try {
      accepted();
      send(child, { type: 'render', id: rendering.id, job });
      signal?.addEventListener('abort', abort);
      if (signal?.aborted) abort();
      await rendering.ended.promise;
      this.#backoff.succeeded();
    } finally {
      clearTimeout(deadline);
      signal?.removeEventListener('abort', abort);
      this.#rendering = null;
      this.#announce();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#restart);
    const child = this.#child;
    if (!child) return;
    const ended = new Promise((resolve) => child.once('exit', () => resolve('ended')));
    child.kill('SIGTERM');
    if ((await waitFor(ended, { withinMs: STOP_DEADLINE_MS })) === null && this.#child) child.kill('SIGKILL');
    await ended;
  }

  /** Waits for its turn, and takes it at the same moment as it sees that the process is free: others wait too. */
  async #acquire(
    onMessage: Rendering['onMessage'],
    signal: AbortSignal | undefined,
  ): Promise<{ child: ChildProcess; rendering: Rendering }> {
    const until = performance.now() + this.#options.busyWaitMs;
    for (;;) {
      signal?.throwIfAborted();
      if (this.#child && this.#ready && !this.#rendering) {
        const rendering = { id: this.#nextId++, onMessage, ended: Promise.withResolvers<void>() };
        this.#rendering = rendering;
        return { child: this.#child, rendering };
      }
      const withinMs = until - performance.now();
      if (withinMs <= 0 || this.#stopped) {
        const reason = this.#ready ? 'The engine is busy with another picture' : `The engine is ${this.status}`;
        throw new DarkroomError('NOT_READY', reason, { retryAfterSeconds: RETRY_AFTER_SECONDS });
      }
      await waitFor(this.#changed.promise, { signal, withinMs });
    }
  }

  #start(): void {
    const { module, moduleOptions, logger } = this.#options;
    this.#generation += 1;
    const child = fork(module, [JSON.stringify(moduleOptions)], {
      serialization: 'advanced',
      stdio: ['inherit', 'inherit', 'inherit', 'ipc', 'pipe'],
      execArgv: ['--disable-warning=ExperimentalWarning'],
    });
    this.#child = child;
    logger.info({ generation: this.#generation, process_id: child.pid }, 'the inference process starts');
    // Only our own module, which shares the type, can write to the channel.
    child.on('message', (message: FromEngine) => this.#receive(message));
    const heartbeat = this.#watchLife(child);
    const { promise: ended, resolve: end } = Promise.withResolvers<object>();
    child.once('exit', (code, signal) => end({ exit_code: code, signal }));
    child.once('error', (error) => end({ error }));
    ended.then((how) => {
      heartbeat[Symbol.dispose]();
      this.#ended(how);
    });
  }

  #watchLife(child: ChildProcess): Disposable {
    const beats = child.stdio[HEARTBEAT_DESCRIPTOR];
    // It was asked for above.
    if (!(beats instanceof Readable)) throw new Error('the inference process has no heartbeat');
    return watchHeartbeat(beats, this.#options.silentMs, () => {
      this.#options.logger.warn({}, 'the inference process gives no sign of life; it is killed');
      child.kill('SIGKILL');
    });
  }

  #receive(message: FromEngine): void {
    if (message.type === 'ready') {
      this.#ready = true;
      this.#options.logger.info({ generation: this.#generation, ...message.identity }, 'the engine is ready');
      this.#announce();
      return;
    }
    if (message.id !== this.#rendering?.id) return;
    if (message.type === 'message') this.#rendering.onMessage(message.message);
    else this.#rendering.ended.resolve();
  }

  #ended(how: object): void {
    this.#child = null;
    this.#ready = false;
    this.#announce();
    this.#rendering?.ended.reject(new DarkroomError('ENGINE_UNREACHABLE', 'The inference process ended'));
    if (this.#stopped) return;
    const delayMs = this.#backoff.nextDelayMs();
    this.#options.logger.warn(
      { ...how, generation: this.#generation, delay_ms: delayMs },
      'the inference process ended',
    );
    this.#restart = setTimeout(() => this.#start(), delayMs);
  }

  #announce(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers<void>();
  }
}

/** A process that has just ended cannot be written to; its end is handled where it is noticed. */
function send(child: ChildProcess, message: ToEngine): void {
  if (child.connected) child.send(message, () => undefined);
}
