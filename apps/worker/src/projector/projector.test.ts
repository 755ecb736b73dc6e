import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEventLog } from '@darkroom/shared/composition/open-engines';
import { createIds } from '@darkroom/shared/ids/ids';
import { openReadModelReader } from '@darkroom/shared/read-model/read-model-reader';
import { type ModelsListed, SCHEMA_VERSION } from '@darkroom/shared/schemas/events';
import { encodeEvent } from '@darkroom/shared/schemas/read-event';
import { TOPICS } from '@darkroom/shared/schemas/topics';
import { silentLogger } from '@darkroom/shared/telemetry/logger';
import { expect, test, vi } from 'vitest';
import { projectorConfig } from './config.ts';
import { startProjector } from './start-projector.ts';

const ids = createIds();

function listing(workerId: string): Uint8Array {
  const event: ModelsListed = {
    ...{ schemaVersion: SCHEMA_VERSION, eventId: ids.next(), time: new Date().toISOString() },
    ...{ type: 'models_listed', workerId, models: [] },
  };
  return encodeEvent(event);
}

test.each([
  ['shorter', ['another']],
  ['longer', ['another', 'and', 'some', 'more']],
])('a read model of another log is discarded, and this one, a %s one, is folded whole', async (_length, others) => {
  const data = await mkdtemp(join(tmpdir(), 'darkroom-projector-'));
  const config = projectorConfig({ DARKROOM_DATA: data, PROJECTOR_PORT: '0' });
  using reader = openReadModelReader(config.readModelFile);
  const projectedFrom = async (workerIds: readonly string[]) => {
    await using log = await openEventLog(config.eventLog);
    for (const workerId of workerIds)
      await log.publish(TOPICS.modelCatalog, { key: workerId, payload: listing(workerId) });
    await using _projector = await startProjector(config, {
      signal: new AbortController().signal,
      logger: silentLogger,
    });
    await vi.waitFor(() => expect(reader.modelCatalog()?.workerId).toBe(workerIds.at(-1)), {
      timeout: 15_000,
      interval: 20,
    });
  };
  await projectedFrom(['one', 'two', 'three']);
  const generation = reader.generation();
  await rm(join(data, 'log'), { recursive: true });
  await projectedFrom(others);
  expect(reader.generation()).not.toBe(generation);
});

test('a read model that is removed while it is written is made anew from the log, and stored positions are gone on from', async () => {
  const data = await mkdtemp(join(tmpdir(), 'darkroom-projector-'));
  const config = projectorConfig({ DARKROOM_DATA: data, PROJECTOR_PORT: '0' });
  await using log = await openEventLog(config.eventLog);
  const list = async (workerId: string) =>
    await log.publish(TOPICS.modelCatalog, { key: workerId, payload: listing(workerId) });
  const start = async () =>
    await startProjector(config, { signal: new AbortController().signal, logger: silentLogger });
  using reader = openReadModelReader(config.readModelFile);
  const seen = async (workerId: string) =>
    await vi.waitFor(() => expect(reader.modelCatalog()?.workerId).toBe(workerId), { timeout: 10_000, interval: 20 });

  await list('one');
  const first = await start();
  await seen('one');
  await first[Symbol.asyncDispose]();
  await list('two');
  await using _second = await start();
  await seen('two');
  const generation = reader.generation();
  for (const suffix of ['', '-wal', '-shm']) await rm(config.readModelFile + suffix, { force: true });
  await vi.waitFor(() => expect(reader.generation()).not.toBe(generation), { timeout: 10_000, interval: 20 });
  await seen('two');
  await list('three');
  await seen('three');
});
