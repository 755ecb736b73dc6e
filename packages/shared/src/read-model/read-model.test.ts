import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { LogMessage } from '../event-log/event-log.ts';
import { createIds } from '../ids/ids.ts';
import type { JobEvent, ModelsListed, PersistentEvent } from '../schemas/events.ts';
import { encodeEvent } from '../schemas/read-event.ts';
import { TOPICS } from '../schemas/topics.ts';
import { foldJob } from './fold-job.ts';
import { epochPlan, historyOf, shuffledWithRepeats, topicOf } from './job-history.test-data.ts';
import { JOB_FILTERS, pageQuery, QUERIES } from './read-model-queries.ts';
import { openReadModelReader } from './read-model-reader.ts';
import { READ_MODEL_VERSION } from './read-model-schema.ts';
import { openReadModelWriter, type ReadModelWriter } from './read-model-writer.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'darkroom-read-model-'));
  file = join(folder, 'web.sqlite');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const ids = createIds();
let position = 0;
function messageOf(topic: string, payload: Uint8Array | PersistentEvent): LogMessage {
  position += 1;
  const bytes = payload instanceof Uint8Array ? payload : encodeEvent(payload);
  return { topic, position: String(position), key: 'k', properties: {}, payload: bytes, publishTime: 0 };
}
function applyAll(writer: ReadModelWriter, events: readonly PersistentEvent[]): void {
  for (const event of events) writer.apply(topicOf(event), [messageOf(topicOf(event), event)]);
}
const catalog = (...names: string[]): ModelsListed => ({
  ...{ schemaVersion: 1, eventId: ids.next(), time: '2026-01-01T00:00:00.000Z', type: 'models_listed', workerId: 'w' },
  models: names.map((id) => ({
    ...{ id, title: id, description: null, digest: 'd', format: 'diffusers-onnx', default_width: 8, default_height: 8 },
    ...{ size_multiple: 8, min_side: 8, max_side: 8, default_sampler: 'euler', samplers: ['euler'], default_steps: 1 },
    ...{ default_cfg_scale: 1, prompt_tokens: 1, examples: [], clip_skip_max: 1, vocabulary: null },
  })),
});
const plan = { failures: 0, end: 'none', kept: 0, twice: false } as const;

describe('the read model', () => {
  test('folds any interleaving, repeats and batches of any jobs’ events to the same rows', () => {
    const histories = fc.array(fc.array(epochPlan, { minLength: 1, maxLength: 2 }).map(historyOf), {
      ...{ minLength: 1, maxLength: 3 },
    });
    const deliveries = histories.chain((jobs) =>
      fc.tuple(fc.constant(jobs), shuffledWithRepeats(jobs.flat()), fc.integer({ min: 1, max: 5 })),
    );
    fc.assert(
      fc.property(deliveries, ([jobs, mixed, batch]) => {
        const path = join(folder, `${ids.next()}.sqlite`);
        using model = openReadModelWriter(path);
        for (const messages of inBatches(mixed, batch)) model.apply(messages[0]?.topic ?? '', messages);
        using reader = openReadModelReader(path);
        for (const events of jobs) expect(reader.job(events[0]?.jobId ?? '')).toEqual(asRead(foldJob(events)));
        expect(reader.jobs({ limit: 10 })).toHaveLength(jobs.length);
      }),
      { numRuns: 60 },
    );
  });

  test('is newest first, pages by id, and tells changes in their order', () => {
    using writer = openReadModelWriter(file);
    using reader = openReadModelReader(file);
    const jobs = [historyOf([plan]), historyOf([plan]), historyOf([{ ...plan, end: 'completed' }])];
    const [a = '', b = '', c = ''] = jobs.map((events) => events[0]?.jobId);
    applyAll(writer, jobs.flat());
    expect(reader.jobs({ limit: 10 }).map(({ id }) => id)).toEqual([c, b, a]);
    expect(reader.jobs({ limit: 1, before: c }).map(({ id }) => id)).toEqual([b]);
    expect(reader.jobs({ limit: 1, offset: 2 }).map(({ id }) => id)).toEqual([a]);
    expect(reader.unfinishedJobs(10).map(({ id }) => id)).toEqual([b, a]);
    const seen = reader.lastChange();
    expect(reader.changedSince(seen, 10)).toEqual([]);
    applyAll(writer, jobs[0]?.slice(0, 1) ?? []);
    expect(reader.changedSince(seen, 10)).toEqual([]);
  });

  test('wakes its readers when something is folded', async () => {
    using writer = openReadModelWriter(file);
    using reader = openReadModelReader(file);
    const changed = reader.changed(reader.version(), 10_000);
    applyAll(writer, historyOf([plan]));
    await changed;
    expect(reader.jobs({ limit: 1 })).toHaveLength(1);
  });

  test('keeps positions and the moment at which all was folded', () => {
    using writer = openReadModelWriter(file);
    using reader = openReadModelReader(file);
    expect([reader.position(TOPICS.requested), reader.caughtUpAt()]).toEqual([null, 0]);
    const [request] = historyOf([plan]);
    const message = messageOf(TOPICS.requested, request as JobEvent);
    writer.apply(TOPICS.requested, [message]);
    writer.setCaughtUpAt(123);
    expect([reader.position(TOPICS.requested), reader.caughtUpAt()]).toEqual([message.position, 123]);
    expect(writer.positionOf(TOPICS.started)).toBeNull();
  });

  test('puts what it cannot read aside, and goes on', () => {
    using writer = openReadModelWriter(file);
    const [request] = historyOf([plan]);
    const text = (value: string) => new TextEncoder().encode(value);
    const messages = [
      text('no JSON'),
      Uint8Array.from([0xff, 0xfe]),
      text('{"schemaVersion":2,"type":"requested"}'),
      text('{"schemaVersion":1,"type":"nonsense"}'),
      text('[]'),
      encodeEvent(request as JobEvent),
    ].map((payload) => messageOf(TOPICS.requested, payload));
    expect(writer.apply(TOPICS.requested, messages)).toBe(5);
    expect(writer.positionOf(TOPICS.requested)).toBe(messages.at(-1)?.position);
    using reader = openReadModelReader(file);
    expect(reader.jobs({ limit: 5 })).toHaveLength(1);
    using database = new DatabaseSync(file, { readOnly: true });
    const rows = database.prepare('SELECT position, reason, payload FROM quarantine ORDER BY position').all();
    expect(rows).toHaveLength(5);
    expect(rows.map(({ reason }) => String(reason)).join()).toContain('schema version 2');
  });

  test('keeps the newest catalog by eventId, whichever comes last', () => {
    using writer = openReadModelWriter(file);
    using reader = openReadModelReader(file);
    expect(reader.modelCatalog()).toBeNull();
    const [older, newer] = [catalog('a'), catalog('b')];
    applyAll(writer, [newer, older]);
    expect(reader.modelCatalog()?.models.map(({ id }) => id)).toEqual(['b']);
  });

  test('knows the queue: what is rendered, then lanes, then who came first', () => {
    using writer = openReadModelWriter(file);
    using reader = openReadModelReader(file);
    const request = (lane: 'high' | 'normal' | 'low') => {
      const [first] = historyOf([plan]);
      return { ...(first as Extract<JobEvent, { type: 'requested' }>), lane };
    };
    const requests = (['low', 'normal', 'high', 'normal'] as const).map(request);
    applyAll(writer, [...requests, ...historyOf([plan])]);
    const order = [2, 1, 3, 0].map((place) => requests[place]?.jobId);
    expect(reader.renderingJobs(10)).toHaveLength(1);
    expect(reader.waitingJobs(10).map(({ id }) => id)).toEqual(order);
    order.forEach((id, place) => {
      const record = reader.job(id ?? '');
      expect(record && reader.ahead(record).jobs).toBe(place);
    });
    expect(reader.waitingJobsOf('local')).toBe(4);
    expect(reader.waitingJobsOf('other')).toBe(0);
  });
});

describe('the questions', () => {
  const pages = [...JOB_FILTERS.map((name) => [name]), [...JOB_FILTERS], []].map(
    (names) => [`a page by ${names}`, pageQuery(Object.fromEntries(names.map((name) => [name, 'x']))).sql] as const,
  );

  test.each([...Object.entries(QUERIES), ...pages])('%s is answered through an index', (name, sql) => {
    using _writer = openReadModelWriter(file);
    using database = new DatabaseSync(file, { readOnly: true });
    const parameters = Array(sql.split('?').length - 1).fill(1);
    const plan = database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...parameters);
    expect(plan.map(({ detail }) => detail).join(), name).not.toMatch(/SCAN jobs/);
  });
});

describe('the file', () => {
  test('is not ready until a projector has made it', () => {
    using reader = openReadModelReader(file);
    expect(() => reader.job('x')).toThrow(expect.objectContaining({ code: 'NOT_READY', retryAfterSeconds: 1 }));
  });

  test('of another version or damaged is made anew by the projector and not read before', () => {
    for (const spoil of [
      () => {
        using database = new DatabaseSync(file);
        database.exec(`PRAGMA user_version = ${READ_MODEL_VERSION + 1}`);
      },
      () => writeFileSync(file, 'this is no database, but it is long enough to look like one'.repeat(100)),
    ]) {
      {
        using writer = openReadModelWriter(file);
        applyAll(writer, historyOf([plan]));
      }
      spoil();
      {
        using reader = openReadModelReader(file);
        expect(() => reader.jobs({ limit: 1 })).toThrow(expect.objectContaining({ code: 'NOT_READY' }));
      }
      using writer = openReadModelWriter(file);
      expect(writer.positionOf(TOPICS.requested)).toBeNull();
      using reader = openReadModelReader(file);
      expect(reader.jobs({ limit: 1 })).toEqual([]);
    }
  });

  test('that was replaced is read from then on, as another generation', async () => {
    using reader = openReadModelReader(file);
    let generation = '';
    {
      using first = openReadModelWriter(file);
      applyAll(first, historyOf([plan]));
      await untilReady(() => reader.jobs({ limit: 5 }).length === 1);
      generation = reader.generation();
    }
    // A projector of the next version replaces the file while this reader has it open.
    {
      using database = new DatabaseSync(file);
      database.exec(`PRAGMA user_version = ${READ_MODEL_VERSION - 1}`);
    }
    using second = openReadModelWriter(file);
    applyAll(second, [...historyOf([plan]), ...historyOf([plan])]);
    await untilReady(() => reader.jobs({ limit: 5 }).length === 2);
    expect(reader.generation()).not.toBe(generation);
  });
});

async function untilReady(holds: () => boolean): Promise<void> {
  const tried = () => {
    try {
      return holds();
    } catch {
      return false;
    }
  };
  while (!tried()) await new Promise((wake) => setTimeout(wake, 10));
}

/** Runs of one topic, cut into batches. */
function inBatches(events: readonly JobEvent[], size: number): LogMessage[][] {
  const batches: LogMessage[][] = [];
  for (const event of events) {
    const topic = topicOf(event);
    const last = batches.at(-1);
    if (last && last[0]?.topic === topic && last.length < size) last.push(messageOf(topic, event));
    else batches.push([messageOf(topic, event)]);
  }
  return batches;
}

function asRead(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
