import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEventLog, openObjectStore } from '@darkroom/shared/composition/open-engines';
import { decide } from '@darkroom/shared/decisions/decide';
import { decisionKeys } from '@darkroom/shared/decisions/decision-keys';
import { createIds } from '@darkroom/shared/ids/ids';
import {
  type Cancelled,
  type JobEvent,
  outcome,
  type PersistentEvent,
  type Requested,
  SCHEMA_VERSION,
} from '@darkroom/shared/schemas/events';
import { encodeEvent, readEvent } from '@darkroom/shared/schemas/read-event';
import { PERSISTENT_TOPICS, QUEUE_SOURCES, SIDECARS_SUBSCRIPTION, TOPICS } from '@darkroom/shared/schemas/topics';
import { silentLogger } from '@darkroom/shared/telemetry/logger';
import { expect, test, vi } from 'vitest';
import type { GenerateRequest } from '../protocol/generate.ts';
import { sidecarConfig } from './config.ts';
import type { GenerateListener, GenerateResult, Generator } from './generator.ts';
import { startSidecar } from './start-sidecar.ts';

type Script = (request: GenerateRequest, listener: GenerateListener, signal: AbortSignal) => Promise<GenerateResult>;

const ids = createIds();
const now = () => new Date().toISOString();
const PNG = Buffer.from('a picture');

const done: GenerateResult = {
  kind: 'answered',
  done: {
    type: 'done',
    timings: { total_ms: 5, inference_ms: 4, load_ms: 0, encode_ms: 1, denoise_ms: 2, decode_ms: 1, png_ms: 1 },
    model_digest: 'digest',
    engine: { name: 'scripted', version: '1', execution_provider: 'cpu' },
    warnings: [],
  },
};
const drawOne: Script = async ({ settings }, listener) => {
  listener.progress({ type: 'progress', phase: 'denoising', step: 1, steps: 1, pictures: 0, elapsed_ms: 1 });
  listener.image({
    type: 'image',
    index: 0,
    seed: settings.seed,
    width: 8,
    height: 8,
    sha256: '',
    png: PNG.toString('base64'),
  });
  return done;
};

function request(prompt: string, jobId = ids.next()): Requested {
  const generationSettings = {
    ...{ prompt, negative_prompt: '', seed: 7, sampler_name: 'euler', batch_size: 1, n_iters: 1, steps: 1 },
    ...{ cfg_scale: 5, width: 64, height: 64, model: 'demo' },
  };
  const { prompt: _p, negative_prompt: _n, sampler_name: sampler, ...rest } = generationSettings;
  return {
    ...{ schemaVersion: SCHEMA_VERSION, eventId: ids.next(), time: now(), jobId, epoch: 0, type: 'requested' },
    ...{
      submittedBy: 'local',
      lane: 'normal',
      generationSettings,
      resolved: { ...rest, sampler, schedule: 'automatic', clip_skip: 1 },
      metadata: {},
      requestTime: now(),
    },
  };
}

function cancellationOf({ jobId, epoch }: Requested): Cancelled {
  const envelope = { schemaVersion: SCHEMA_VERSION, eventId: ids.next(), time: now(), jobId, epoch } as const;
  return { ...envelope, type: 'cancelled', actor: 'local', reason: null };
}

/** A log, a store, and sidecars on them with scripted engines; quick waits. */
async function workplace() {
  const data = await mkdtemp(join(tmpdir(), 'darkroom-sidecar-'));
  const quick = {
    LEASE_TIMEOUT_MS: '600',
    DELAY_FACTOR: '0.01',
    WORKER_STATUS_EVERY_MS: '100',
    WORKER_SILENT_MS: '500',
  };
  const config = sidecarConfig({ DARKROOM_DATA: data, SIDECAR_PORT: '0', DRAIN_DEADLINE_MS: '300', ...quick });
  const stack = new AsyncDisposableStack();
  const log = stack.use(await openEventLog(config.eventLog));
  const store = stack.use(await openObjectStore(config.objectStore, { decides: true }));
  const generator = (script: Script): Generator => ({
    generate: async (asked, listener, { signal = new AbortController().signal } = {}) =>
      await script(asked, listener, signal),
    trouble: async () => null,
    models: async () => ({ models: [] }),
  });
  const events = async (): Promise<PersistentEvent[]> => {
    const found: PersistentEvent[] = [];
    for (const topic of PERSISTENT_TOPICS) {
      for await (const messages of log.read(topic, { after: null, follow: false })) {
        for (const { payload } of messages) {
          const read = readEvent(payload);
          if (read.kind === 'event') found.push(read.event);
        }
      }
    }
    return found;
  };
  return {
    ...{ log, store, events },
    start: async (script: Script, workerId = 'w1') =>
      await startSidecar(
        { ...config, workerId },
        { signal: new AbortController().signal, logger: silentLogger, generator: generator(script) },
      ),
    async publish(event: Requested) {
      await log.publish(TOPICS.requested, {
        key: event.jobId,
        payload: encodeEvent(event),
        properties: { traceparent: '00-a' },
      });
    },
    async control(state: 'paused' | 'running') {
      const event = {
        schemaVersion: SCHEMA_VERSION,
        eventId: ids.next(),
        time: now(),
        type: 'queue_controlled',
        state,
      };
      const payload = encodeEvent({ ...event, actor: 'x', reason: null });
      await log.publish(TOPICS.queueControl, { key: 'queue', payload });
    },
    /** As web does it; what was decided before stands. */
    async cancel(job: Requested) {
      const key = decisionKeys.outcome(job.jobId, job.epoch);
      const { event, bytes } = await decide(store, key, cancellationOf(job), outcome);
      if (event.type === 'cancelled') await log.publish(TOPICS.cancelled, { key: job.jobId, payload: bytes });
    },
    /** Ids of the jobs that have such an event. */
    async jobsThat(type: JobEvent['type']): Promise<string[]> {
      return [...new Set((await events()).flatMap((event) => (event.type === type ? [event.jobId] : [])))];
    },
    async typesOf(jobId: string): Promise<string[]> {
      const all = (await events()).filter((event): event is JobEvent => 'jobId' in event && event.jobId === jobId);
      return [...new Map(all.map((event) => [event.eventId, event])).values()]
        .sort((a, b) => (a.eventId < b.eventId ? -1 : 1))
        .map((event) => event.type);
    },
    async untilIdle() {
      await vi.waitFor(
        async () => {
          for (const { topic } of QUEUE_SOURCES) {
            expect(await log.backlog(topic, SIDECARS_SUBSCRIPTION)).toEqual({ ready: 0, delayed: 0, held: 0 });
          }
        },
        { timeout: 15_000, interval: 20 },
      );
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

test('a job is rendered, stored and completed, with its trace context on every event', async () => {
  await using place = await workplace();
  await using _sidecar = await place.start(drawOne);
  const job = request('a dog');
  await place.publish(job);
  await place.untilIdle();
  expect(await place.typesOf(job.jobId)).toEqual(['requested', 'started', 'completed']);
  const completed = (await place.events()).find((event) => event.type === 'completed');
  const [picture] = completed?.pictures ?? [];
  expect(Buffer.from((await place.store.get(picture?.key ?? ''))?.body ?? [])).toEqual(PNG);
  for await (const [message] of place.log.read(TOPICS.completed, { after: null, follow: false })) {
    expect(message).toMatchObject({ key: job.jobId, properties: { traceparent: '00-a' } });
  }
});

test('a failing job is tried again after its wait, and its pictures come from the attempt that worked', async () => {
  await using place = await workplace();
  let calls = 0;
  await using _sidecar = await place.start(async (...parameters) => {
    calls += 1;
    return calls < 3
      ? { kind: 'failed', code: 'ENGINE_FAILURE', message: `no ${calls}` }
      : await drawOne(...parameters);
  });
  const job = request('a dog');
  await place.publish(job);
  await place.untilIdle();
  expect(await place.typesOf(job.jobId)).toEqual([
    ...[
      'requested',
      'started',
      'failed',
      'retry_requested',
      'started',
      'failed',
      'retry_requested',
      'started',
      'completed',
    ],
  ]);
});

test('a permanent failure is dead-lettered at once', async () => {
  await using place = await workplace();
  await using _sidecar = await place.start(async () => ({
    kind: 'failed',
    code: 'SETTINGS_REFUSED',
    message: 'too big',
  }));
  const job = request('a dog');
  await place.publish(job);
  await place.untilIdle();
  expect(await place.typesOf(job.jobId)).toEqual(['requested', 'started', 'failed', 'dead_lettered']);
});

test('an outcome that was decided and not published is published by the next delivery, byte for byte, and nothing is rendered', async () => {
  await using place = await workplace();
  const job = request('a dog');
  const cancelled = cancellationOf(job);
  await decide(place.store, decisionKeys.outcome(job.jobId, 0), cancelled, outcome);
  const draw = vi.fn(drawOne);
  await using _sidecar = await place.start(draw);
  await place.publish(job);
  await place.untilIdle();
  expect(draw).not.toHaveBeenCalled();
  expect((await place.events()).filter((event) => event.type === 'cancelled')).toEqual([cancelled]);
});

test('a cancel in the middle stops the rendering; pictures finished before it are kept', async () => {
  await using place = await workplace();
  const job = request('a dog');
  await using _sidecar = await place.start(async (asked, listener, signal) => {
    await drawOne(asked, listener, signal);
    await place.cancel(job);
    return await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
  });
  await place.publish(job);
  await place.untilIdle();
  const events = await place.events();
  expect(events.filter((event) => event.type === 'completed')).toEqual([]);
  expect(events.find((event) => event.type === 'pictures_kept')?.pictures).toHaveLength(1);
});

test('a job that is cancelled while it is made ready never starts', async () => {
  await using place = await workplace();
  const ending = Promise.withResolvers<void>();
  const [first, second] = [request('first'), request('second')];
  const rendered: string[] = [];
  await using _sidecar = await place.start(async (asked, listener, signal) => {
    rendered.push(asked.job_id);
    listener.progress({ type: 'progress', phase: 'denoising', step: 1, steps: 2, pictures: 0, elapsed_ms: 1 });
    await ending.promise;
    return await drawOne(asked, listener, signal);
  });
  await place.publish(first);
  await vi.waitFor(() => expect(rendered).toEqual([first.jobId]));
  await place.publish(second);
  await vi.waitFor(async () => {
    expect((await place.log.backlog(TOPICS.requested, SIDECARS_SUBSCRIPTION))?.held).toBe(2);
  });
  await place.cancel(second);
  // Nothing outside tells that the sidecar has read it; too short a wait here would fail the test, not pass it.
  await new Promise((resolve) => setTimeout(resolve, 200));
  ending.resolve();
  await place.untilIdle();
  expect(rendered).toEqual([first.jobId]);
  expect(new Set(await place.typesOf(second.jobId))).toEqual(new Set(['requested', 'cancelled']));
});

test('a cancel that comes just as its job ends never touches the job after it, 200 times', {
  timeout: 60_000,
}, async () => {
  await using place = await workplace();
  const stopped: string[] = [];
  const cancelAtItsEnd = new Map<string, Requested>();
  await using _sidecar = await place.start(async (asked, listener, signal) => {
    const job = cancelAtItsEnd.get(asked.job_id);
    const result = await drawOne(asked, listener, signal);
    if (job) void place.cancel(job);
    // Long enough for a cancel that went astray to arrive here.
    else await new Promise((resolve) => setTimeout(resolve, 25));
    if (!job && signal.aborted) stopped.push(asked.job_id);
    return result;
  });
  const kept: string[] = [];
  for (let pair = 0; pair < 200; pair += 1) {
    const [cancelled, next] = [request('cancelled at its end'), request('the next one')];
    cancelAtItsEnd.set(cancelled.jobId, cancelled);
    kept.push(next.jobId);
    await place.publish(cancelled);
    await place.publish(next);
  }
  await vi.waitFor(async () => expect(await place.jobsThat('completed')).toEqual(expect.arrayContaining(kept)), 50_000);
  expect(stopped).toEqual([]);
  expect(await place.jobsThat('started')).toHaveLength(400);
});

test('an engine that dies three times of a job lets others flow first, and the ninth time it is the job', async () => {
  await using place = await workplace();
  const order: string[] = [];
  await using _sidecar = await place.start(async (asked, ...rest) => {
    order.push(asked.settings.prompt);
    return asked.settings.prompt === 'killer' ? { kind: 'cut', message: 'gone' } : await drawOne(asked, ...rest);
  });
  const killer = request('killer');
  const other = request('a dog');
  await place.publish(killer);
  await place.publish(other);
  await place.untilIdle();
  expect(order.filter((prompt) => prompt === 'killer')).toHaveLength(9);
  expect(order.indexOf('a dog')).toBeLessThan(5);
  const letter = (await place.events()).find((event) => event.type === 'dead_lettered');
  expect(letter).toMatchObject({ jobId: killer.jobId, causes: [{ code: 'WORKER_CRASHED', attempt: 1 }] });
});

test('an engine that is gone before the call costs the job nothing', async () => {
  await using place = await workplace();
  let calls = 0;
  await using _sidecar = await place.start(async (...parameters) => {
    calls += 1;
    return calls <= 12 ? { kind: 'unreachable', message: 'refused' } : await drawOne(...parameters);
  });
  const job = request('a dog');
  await place.publish(job);
  await place.untilIdle();
  expect(new Set(await place.typesOf(job.jobId))).toEqual(new Set(['requested', 'started', 'completed']));
});

test('a stop in the middle gives the job back uncounted, and another worker completes it', async () => {
  await using place = await workplace();
  const begun = Promise.withResolvers<void>();
  const first = await place.start(async (_asked, _listener, signal) => {
    begun.resolve();
    return await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
  }, 'stopping');
  const job = request('a dog');
  await place.publish(job);
  await begun.promise;
  await first[Symbol.asyncDispose]();
  await using _second = await place.start(drawOne, 'other');
  await place.untilIdle();
  expect(await place.typesOf(job.jobId)).toEqual(['requested', 'started', 'started', 'completed']);
  const completed = (await place.events()).find((event) => event.type === 'completed');
  expect(completed).toMatchObject({ attempt: 1, workerId: 'other' });
});

test('bytes that are no JSON go to the dead letters; a newer version is handed back and kept', async () => {
  await using place = await workplace();
  await using _sidecar = await place.start(drawOne);
  await place.log.publish(TOPICS.requested, { key: 'k', payload: new TextEncoder().encode('not json') });
  await vi.waitFor(async () => {
    expect((await place.events()).filter((event) => event.type === 'malformed')).toHaveLength(1);
  });
  await place.untilIdle();
  const newer = { ...request('a dog'), schemaVersion: 99 };
  await place.log.publish(TOPICS.requested, { key: newer.jobId, payload: encodeEvent(newer) });
  await vi.waitFor(async () => {
    expect((await place.log.backlog(TOPICS.requested, SIDECARS_SUBSCRIPTION))?.delayed).toBe(1);
  });
  expect((await place.events()).filter((event) => event.type === 'malformed')).toHaveLength(1);
});

test('a paused queue starts nothing, and a sidecar that starts later knows it', async () => {
  await using place = await workplace();
  await place.control('paused');
  const draw = vi.fn(drawOne);
  await using _sidecar = await place.start(draw);
  const job = request('a dog');
  await place.publish(job);
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(draw).not.toHaveBeenCalled();
  await place.control('running');
  await place.untilIdle();
  expect(draw).toHaveBeenCalledTimes(1);
});

test('a pause lets the job that is rendered end, and hands back the one that was made ready behind it', async () => {
  await using place = await workplace();
  const [ending, second] = [Promise.withResolvers<void>(), request('second')];
  const rendered: string[] = [];
  await using _sidecar = await place.start(async (asked, listener, signal) => {
    rendered.push(asked.job_id);
    if (asked.job_id === second.jobId) return await drawOne(asked, listener, signal);
    // Half of it is done at once: the next job is asked for.
    listener.progress({ type: 'progress', phase: 'denoising', step: 1, steps: 2, pictures: 0, elapsed_ms: 1 });
    await ending.promise;
    return await drawOne(asked, listener, signal);
  });
  const first = request('first');
  await place.publish(first);
  await vi.waitFor(() => expect(rendered).toEqual([first.jobId]));
  await place.publish(second);
  await vi.waitFor(async () => {
    expect((await place.log.backlog(TOPICS.requested, SIDECARS_SUBSCRIPTION))?.held).toBe(2);
  });
  await place.control('paused');
  // Nothing outside tells that the sidecar has read it; too short a wait here would fail the test, not pass it.
  await new Promise((resolve) => setTimeout(resolve, 500));
  ending.resolve();
  await vi.waitFor(async () => {
    expect(await place.typesOf(first.jobId)).toContain('completed');
    const backlog = await place.log.backlog(TOPICS.requested, SIDECARS_SUBSCRIPTION);
    expect(backlog).toMatchObject({ ready: 1, held: 0 });
  });
  expect(rendered).toEqual([first.jobId]);
  await place.control('running');
  await place.untilIdle();
  expect(await place.typesOf(second.jobId)).toContain('completed');
});

test('the next job is made ready before the current one ends, and never more than two are held', async () => {
  await using place = await workplace();
  let rendering = 0;
  let most = 0;
  await using _sidecar = await place.start(async (...parameters) => {
    rendering += 1;
    most = Math.max(most, rendering);
    await new Promise((resolve) => setTimeout(resolve, 20));
    rendering -= 1;
    return await drawOne(...parameters);
  });
  const jobs = Array.from({ length: 8 }, (_, i) => request(`dog ${i}`));
  for (const job of jobs) await place.publish(job);
  let held = 0;
  const watching = setInterval(async () => {
    held = Math.max(held, (await place.log.backlog(TOPICS.requested, SIDECARS_SUBSCRIPTION))?.held ?? 0);
  }, 2);
  await place.untilIdle();
  clearInterval(watching);
  expect(most).toBe(1);
  expect(held).toBeLessThanOrEqual(2);
  expect((await place.events()).filter((event) => event.type === 'completed')).toHaveLength(8);
});
