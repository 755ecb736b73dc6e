import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openObjectStore } from '@darkroom/shared/composition/open-engines';
import { enginesConfig, enginesEnvironment } from '@darkroom/shared/config/engines';
import { parseEnvironment } from '@darkroom/shared/config/parse-environment';
import { isRunning } from '@darkroom/shared/lifecycle/follow-supervisor';
import { withRealServer } from '@darkroom/shared/testing/real-server';
import { afterAll, afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { runningIn, stopProcess } from '../../infra/local/services/service-process.ts';
import { type Services, startServices } from '../../infra/local/services/start-services.ts';
import { freePort } from '../../infra/local/stack.ts';

const made: string[] = [];
const temporary = () => {
  const folder = mkdtempSync(join(tmpdir(), 'darkroom-services-'));
  made.push(folder);
  return folder;
};
const text = (value: string) => new TextEncoder().encode(value);
const type = { contentType: 'text/plain' };

afterEach(() => {
  vi.unstubAllEnvs();
});
afterAll(() => {
  for (const folder of made) rmSync(folder, { recursive: true, force: true });
});

async function openStoreOf(services: Services) {
  const { objectStore } = enginesConfig(parseEnvironment(enginesEnvironment, services.environment));
  return await openObjectStore(objectStore, { decides: true });
}

withRealServer('the S3 service', ['S3_TEST_ENDPOINT'], () => {
  test('is there when it is said to be, keeps what it has through kill -9 and a restart, and ends with its owner', async () => {
    const folder = temporary();
    const services = await startServices({ which: ['s3'], folder, ports: 'free' });
    const s3 = services.named('s3');
    {
      await using store = await openStoreOf(services);
      await store.put('kept', text('kept'), type);
      await s3.kill9();
      await expect(store.get('kept')).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
      await s3.restart();
      expect((await store.get('kept'))?.size).toBe(4);
    }
    await services[Symbol.asyncDispose]();
    expect(runningIn(s3.folder)).toBeNull();
    await expect(fetch(services.environment['S3_ENDPOINT'] ?? '')).rejects.toThrow();
  });

  test('ends with its owner, however that one ended', async () => {
    const folder = temporary();
    const script = `
      import { startServices } from ${JSON.stringify(join(import.meta.dirname, '../../infra/local/services/start-services.ts'))};
      await startServices({ which: ['s3'], folder: ${JSON.stringify(folder)}, ports: 'free' });
      console.log('started');
      setInterval(() => {}, 1000);`;
    const owner = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(owner.stdout, 'data');
    expect(runningIn(join(folder, 's3'))).not.toBeNull();
    owner.kill('SIGKILL');
    await vi.waitUntil(() => runningIn(join(folder, 's3')) === null, { timeout: 10_000 });
  });

  test('that runs is used as it is, and left to whoever started it', async () => {
    const folder = temporary();
    await using first = await startServices({ which: ['s3'], folder, ports: 'free' });
    const second = await startServices({ which: ['s3'], folder, ports: 'free' });
    expect(second.named('s3')).toMatchObject({ wasRunning: true, ports: first.named('s3').ports });
    await second[Symbol.asyncDispose]();
    expect(runningIn(first.named('s3').folder)).not.toBeNull();
  });

  test('is waited for by a process that starts while it is away', async () => {
    await using services = await startServices({ which: ['s3'], folder: temporary(), ports: 'free' });
    const s3 = services.named('s3');
    await s3.stop();
    const opening = openStoreOf(services);
    await s3.restart();
    await using store = await opening;
    await store.put('x', text('x'), type);
  });

  test('says which port is taken, and by which variable another is chosen', async () => {
    const server = createServer();
    onTestFinished(() => void server.close());
    const port = await freePort();
    await new Promise<void>((done) => server.listen(port, '127.0.0.1', done));
    vi.stubEnv('SERVICES_S3_PORT', String(port));
    const starting = startServices({ which: ['s3'], folder: temporary() });
    await expect(starting).rejects.toThrow(new RegExp(`Port ${port}.*in use.*SERVICES_S3_PORT`));
  });

  test('that ends while it starts shows its last words', async () => {
    vi.stubEnv('VGW_CERT', '/nowhere/cert.pem');
    vi.stubEnv('VGW_KEY', '/nowhere/key.pem');
    const starting = startServices({ which: ['s3'], folder: temporary(), ports: 'free' });
    await expect(starting).rejects.toThrow(/ended while it started.*cert\.pem/s);
  });
});

withRealServer('the Pulsar service', ['PULSAR_TEST_ADMIN_URL'], () => {
  test('keeps its topics through kill -9 of the broker and a restart, beside another one', async () => {
    await using services = await startServices({ which: ['pulsar'], folder: temporary(), ports: 'free' });
    const pulsar = services.named('pulsar');
    const topics = `${services.environment['PULSAR_ADMIN_URL']}/admin/v2/persistent/public/default`;
    expect((await fetch(`${topics}/kept`, { method: 'PUT' })).status).toBe(204);
    await pulsar.kill9();
    await expect(fetch(topics)).rejects.toThrow();
    await pulsar.restart();
    expect(await (await fetch(topics)).json()).toEqual(['persistent://public/default/kept']);
  });
});

describe('services', () => {
  test('that cannot run here name all that is missing at once, and the way with Docker', async () => {
    vi.stubEnv('PATH', '/nowhere');
    vi.stubEnv('JAVA_HOME', '');
    const starting = startServices({ folder: temporary(), cache: temporary(), ports: 'free' });
    await expect(starting).rejects.toThrow(
      /Go,.*Java 17.*Maven.*docker compose -f infra\/docker\/compose.services.yml up -d/s,
    );
  });

  test('leave a stranger alone who has the number of a server that is gone', async () => {
    const stranger = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], {
      stdio: 'ignore',
      detached: true,
    });
    onTestFinished(() => void stranger.kill('SIGKILL'));
    const folder = temporary();
    writeFileSync(join(folder, 'process.json'), JSON.stringify({ pid: stranger.pid, born: 'another time', ports: {} }));
    expect(await stopProcess(folder)).toBe(false);
    expect(stranger.pid !== undefined && isRunning(stranger.pid)).toBe(true);
  });
});
