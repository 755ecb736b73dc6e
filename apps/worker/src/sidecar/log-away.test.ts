import { once } from 'node:events';
import { mkdtemp } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEventLog } from '@darkroom/shared/composition/open-engines';
import { DarkroomError } from '@darkroom/shared/errors/darkroom-error';
import type { EventLog } from '@darkroom/shared/event-log/event-log';
import { silentLogger } from '@darkroom/shared/telemetry/logger';
import { expect, test } from 'vitest';
import { Cancellations } from './cancellations.ts';
import { sidecarConfig } from './config.ts';
import { InfrastructureGate } from './infrastructure-gate.ts';
import { QueueControl } from './queue-control.ts';
import { startSidecar } from './start-sidecar.ts';

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  return address !== null && typeof address === 'object' ? address.port : 0;
}

test('a sidecar whose log is not there yet is alive, not ready with the reason, and can be stopped', async () => {
  const [port, nobody] = [await freePort(), await freePort()];
  const config = sidecarConfig({
    ...{ DARKROOM_DATA: await mkdtemp(join(tmpdir(), 'darkroom-away-')), SIDECAR_PORT: `${port}` },
    ...{
      EVENT_LOG: 'pulsar',
      PULSAR_ADMIN_URL: `http://127.0.0.1:${nobody}`,
      PULSAR_WS_URL: `ws://127.0.0.1:${nobody}`,
    },
  });
  const stop = new AbortController();
  const starting = startSidecar(config, { signal: stop.signal, logger: silentLogger });
  const ask = async (path: string) => await fetch(`http://127.0.0.1:${port}${path}`).catch(() => null);
  await expect.poll(async () => (await ask('/health'))?.status).toBe(200);
  await expect.poll(async () => (await (await ask('/ready'))?.text()) ?? '').toMatch(/Pulsar does not answer/);
  expect((await ask('/ready'))?.status).toBe(503);
  stop.abort(new Error('stopped'));
  await expect(starting).rejects.toThrow('stopped');
});

test.each([
  ['cancellations', (log: EventLog, gate: InfrastructureGate) => new Cancellations(log, gate)],
  ['queue control', (log: EventLog, gate: InfrastructureGate) => new QueueControl(log, gate)],
])('a log that was away leaves no reason of %s on a quiet topic', async (name, follower) => {
  const { eventLog } = sidecarConfig({ DARKROOM_DATA: await mkdtemp(join(tmpdir(), 'darkroom-quiet-')) });
  await using log = await openEventLog(eventLog);
  const stop = new AbortController();
  const away = () => new DarkroomError('LOG_UNAVAILABLE', 'away');
  let looks = 0;
  const flaky: EventLog = {
    ...log,
    read(...parameters) {
      if (looks === 0) throw away();
      return log.read(...parameters);
    },
    // Comes back a while after the reader gave up.
    async lastPosition(...parameters) {
      looks += 1;
      if (looks <= 2) throw away();
      return await log.lastPosition(...parameters);
    },
  };
  const gate = new InfrastructureGate(silentLogger, stop.signal);
  const following = follower(flaky, gate).follow(stop.signal);
  await expect.poll(() => gate.has(name)).toBe(true);
  await expect.poll(() => gate.has(name), { timeout: 10_000 }).toBe(false);
  stop.abort();
  await following;
});
