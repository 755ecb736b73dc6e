import { isDarkroomError } from '@darkroom/shared/errors/darkroom-error';
import { delayUnlessAborted } from '@darkroom/shared/lifecycle/delay';
import type { ChangedJob, ReadModelReader } from '@darkroom/shared/read-model/read-model-reader';
import type { ProgressMessage } from '@darkroom/shared/schemas/api';
import { isFinished } from '@darkroom/shared/schemas/job';
import type { Logger } from '@darkroom/shared/telemetry/logger';
import { type AnswerContext, answerOf } from '../job-answer.ts';
import { modelsAnswer } from '../models-answer.ts';
import { type LiveState, presentProgress } from '../reads/live-state.ts';
import { SSE_HEARTBEAT, sseMessage } from './sse.ts';

/** Gets every message of its interest, each made once for all. */
export type Subscriber = {
  /** Null: all jobs. */
  jobId: string | null;
  send(chunk: Uint8Array): void;
  /** The read model is there for the first time, or was made anew: what was sent before means nothing. */
  restart(): void;
  close(): void;
};

/** Watches read model and live topics once for all streams of this process. */
export type EventHub = AsyncDisposable & {
  subscribe(subscriber: Subscriber): Disposable;
  subscribers(): number;
  /** Ends every stream; new ones end at once. */
  closeStreams(): void;
};

type Context = AnswerContext & { live: LiveState; reader: ReadModelReader; logger: Logger };

const HEARTBEAT_MS = 15_000;
const TICK_MS = 1000;
const CHANGES_MAX = 200;
const WAIT_MS = 500;
/** Waiting jobs whose place is kept current in open pages. */
const RENDERING_MAX = 500;
const PLACES_WATCHED = 25;

export function startEventHub(context: Context): EventHub {
  const subscribers = new Set<Subscriber>();
  const stop = new AbortController();
  let closed = false;
  const broadcast = (jobId: string | null, make: () => Uint8Array) => {
    const interested = [...subscribers].filter((each) => jobId === null || each.jobId === null || each.jobId === jobId);
    if (interested.length === 0) return;
    const chunk = make();
    for (const subscriber of interested) subscriber.send(chunk);
  };
  const tick = createTick(context, broadcast);

  context.live.onProgress((progress) => {
    const message: ProgressMessage = { id: progress.jobId, progress: presentProgress(progress) };
    broadcast(progress.jobId, () => sseMessage('progress', message));
  });
  const timers = [
    setInterval(() => broadcast(null, () => SSE_HEARTBEAT), HEARTBEAT_MS),
    setInterval(() => subscribers.size > 0 && quietly(tick, context.logger), TICK_MS),
  ];
  const restartAll = () => {
    for (const subscriber of [...subscribers]) subscriber.restart();
  };
  const loop = followChanges(context, broadcast, restartAll, stop.signal);

  return {
    subscribe(subscriber) {
      if (closed) subscriber.close();
      else subscribers.add(subscriber);
      return { [Symbol.dispose]: () => void subscribers.delete(subscriber) };
    },
    subscribers: () => subscribers.size,
    closeStreams() {
      closed = true;
      for (const subscriber of [...subscribers]) subscriber.close();
      subscribers.clear();
    },
    async [Symbol.asyncDispose]() {
      this.closeStreams();
      for (const timer of timers) clearInterval(timer);
      stop.abort();
      await loop;
    },
  };
}

type Broadcast = (jobId: string | null, make: () => Uint8Array) => void;

export function eventId(reader: ReadModelReader, changed: number): string {
  return `${reader.generation()}:${changed}`;
}

/** What was sent; of no generation before the first read model is there. */
type Cursor = { generation: string | null; changed: number; catalog: string | undefined };

async function followChanges(
  context: Context,
  broadcast: Broadcast,
  restartAll: () => void,
  signal: AbortSignal,
): Promise<void> {
  const { reader, logger } = context;
  let cursor: Cursor = { generation: null, changed: 0, catalog: undefined };
  while (!signal.aborted) {
    try {
      const version = reader.version();
      const generation = reader.generation();
      if (cursor.generation !== generation) {
        restartAll();
        cursor = { generation, changed: reader.lastChange(), catalog: reader.modelCatalog()?.eventId };
      }
      const changes = reader.changedSince(cursor.changed, CHANGES_MAX);
      for (const change of changes) sendJob(context, broadcast, change);
      cursor.changed = changes.at(-1)?.changed ?? cursor.changed;
      const catalog = reader.modelCatalog();
      if (catalog?.eventId !== cursor.catalog) broadcast(null, () => sseMessage('models', modelsAnswer(catalog)));
      cursor.catalog = catalog?.eventId;
      if (changes.length === 0) await reader.changed(version, WAIT_MS, { signal });
    } catch (error) {
      if (!isDarkroomError(error, 'NOT_READY')) logger.error({ error }, 'following the read model failed');
      await delayUnlessAborted(WAIT_MS, signal);
    }
  }
}

function sendJob(context: Context, broadcast: Broadcast, { record, changed }: ChangedJob): void {
  if (isFinished(record.status)) context.live.forget(record.id);
  broadcast(record.id, () => sseMessage('job', answerOf(context, record), eventId(context.reader, changed)));
}

/**
 * What changes without an event of its own: workers that fall silent and their jobs, and the places of waiting jobs.
 * Compares with what was sent last.
 */
function createTick(context: Context, broadcast: Broadcast): () => void {
  const { reader, live, queue } = context;
  let workers = '[]';
  let recovering = new Set<string>();
  let places = new Map<string, number>();
  const resend = (id: string) => {
    const record = reader.job(id);
    if (record) broadcast(id, () => sseMessage('job', answerOf(context, record)));
  };
  const sendWorkers = () => {
    const current = JSON.stringify(live.workers());
    if (current !== workers) broadcast(null, () => sseMessage('workers', live.workers()));
    workers = current;
  };
  live.onWorkers(sendWorkers);
  return () => {
    sendWorkers();
    const silent = reader.renderingJobs(RENDERING_MAX).filter((record) => live.isRecovering(record));
    const nowRecovering = new Set(silent.map(({ id }) => id));
    for (const id of nowRecovering.symmetricDifference(recovering)) resend(id);
    recovering = nowRecovering;
    const nowPlaces = new Map(queue.front(PLACES_WATCHED).map(({ id, position }) => [id, position]));
    for (const [id, position] of nowPlaces) if (places.has(id) && places.get(id) !== position) resend(id);
    places = nowPlaces;
  };
}

function quietly(run: () => void, logger: Logger): void {
  try {
    run();
  } catch (error) {
    if (!isDarkroomError(error, 'NOT_READY')) logger.error({ error }, 'looking at the queue failed');
  }
}
