import { isDarkroomError } from '@darkroom/shared/errors/darkroom-error';
import type { ReadModelReader } from '@darkroom/shared/read-model/read-model-reader';
import type { Job } from '@darkroom/shared/schemas/job';
import { type AnswerContext, answerOf } from '../job-answer.ts';
import { modelsAnswer } from '../models-answer.ts';
import { type EventHub, eventId, type Subscriber } from './event-hub.ts';
import { SSE_RETRY, sseMessage } from './sse.ts';

type Context = AnswerContext & { reader: ReadModelReader; hub: EventHub };
type StreamOptions = {
  /** Null: all jobs. */
  jobId: string | null;
  /** `Last-Event-ID` of a stream that was cut. */
  lastEventId: string | null;
  signal: AbortSignal;
};

/** A client that reads slower than this is dropped; it connects again and goes on from its last id. */
const BUFFER_BYTES_MAX = 8 * 1024 * 1024;
const UNFINISHED_MAX = 200;
const NEWEST_MAX = 40;
const RESUMED_MAX = 500;

/** The bytes of one event stream: the current state or what was missed, then every change. */
export function eventStream(context: Context, options: StreamOptions): ReadableStream<Uint8Array> {
  let leave = () => {};
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        let open = true;
        const close = () => {
          if (!open) return;
          open = false;
          leave();
          controller.close();
        };
        const send = (chunk: Uint8Array) => {
          if (!open) return;
          if ((controller.desiredSize ?? 0) <= 0) return close();
          controller.enqueue(chunk);
        };
        const subscriber: Subscriber = {
          jobId: options.jobId,
          send,
          close,
          restart: () => send(snapshot(context, options.jobId)),
        };
        const subscription = context.hub.subscribe(subscriber);
        leave = () => {
          options.signal.removeEventListener('abort', close);
          subscription[Symbol.dispose]();
        };
        options.signal.addEventListener('abort', close);
        if (options.signal.aborted) return close();
        send(SSE_RETRY);
        for (const chunk of beginningIfReady(context, options)) send(chunk);
      },
      cancel() {
        leave();
      },
    },
    new ByteLengthQueuingStrategy({ highWaterMark: BUFFER_BYTES_MAX }),
  );
}

/** Without a read model the stream waits: the hub sends a snapshot as soon as there is one. */
function beginningIfReady(context: Context, options: StreamOptions): Uint8Array[] {
  try {
    return beginning(context, options);
  } catch (error) {
    if (isDarkroomError(error, 'NOT_READY')) return [];
    throw error;
  }
}

function beginning(context: Context, { jobId, lastEventId }: StreamOptions): Uint8Array[] {
  const { reader, live } = context;
  const seen = changeOf(lastEventId, reader.generation());
  const missed = seen === null ? null : reader.changedSince(seen, RESUMED_MAX + 1);
  if (missed === null || missed.length > RESUMED_MAX) return [snapshot(context, jobId)];
  return [
    sseMessage('models', modelsAnswer(reader.modelCatalog())),
    sseMessage('workers', live.workers()),
    ...missed
      .filter(({ record }) => jobId === null || record.id === jobId)
      .map(({ record, changed }) => sseMessage('job', answerOf(context, record), eventId(reader, changed))),
  ];
}

/** The number in `<generation>:<changed>`, or null when it is of another generation. */
function changeOf(lastEventId: string | null, generation: string): number | null {
  const [, of, changed] = /^([0-9a-f-]+):(\d{1,15})$/.exec(lastEventId ?? '') ?? [];
  return of === generation ? Number(changed) : null;
}

function snapshot(context: Context, jobId: string | null): Uint8Array {
  const { reader, live } = context;
  const id = eventId(reader, reader.lastChange());
  return sseMessage(
    'snapshot',
    { jobs: snapshotJobs(context, jobId), models: modelsAnswer(reader.modelCatalog()), workers: live.workers() },
    id,
  );
}

function snapshotJobs(context: Context, jobId: string | null): Job[] {
  const { reader } = context;
  if (jobId !== null) {
    const record = reader.job(jobId);
    return record ? [answerOf(context, record)] : [];
  }
  const unfinished = reader.unfinishedJobs(UNFINISHED_MAX);
  const known = new Set(unfinished.map(({ id }) => id));
  const others = reader.jobs({ limit: NEWEST_MAX + UNFINISHED_MAX }).filter(({ id }) => !known.has(id));
  const records = [...unfinished, ...others.slice(0, NEWEST_MAX)];
  return records.sort((a, b) => (a.id < b.id ? 1 : -1)).map((record) => answerOf(context, record));
}
