import { once } from 'node:events';
import { mkdtemp } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger } from '@darkroom/shared/telemetry/logger';
import { expect, test } from 'vitest';
import { sidecarConfig } from './config.ts';
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
