/** The whole platform on a real broker, which `PULSAR_TEST_ADMIN_URL` and `PULSAR_TEST_WS_URL` name. */
import { randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEventLog } from '@darkroom/shared/composition/open-engines';
import { setUpPulsar } from '@darkroom/shared/composition/set-up-pulsar';
import { enginesConfig, enginesEnvironment } from '@darkroom/shared/config/engines';
import { parseEnvironment } from '@darkroom/shared/config/parse-environment';
import { accepted } from '@darkroom/shared/schemas/api';
import { TOPICS } from '@darkroom/shared/schemas/topics';
import { describe, expect, test } from 'vitest';
import { type Stack, startStack } from '../../infra/local/stack.ts';
import { readEvents } from './judge.ts';
import { openLedger } from './ledger.ts';
import { settled } from './web-client.ts';

const { PULSAR_TEST_ADMIN_URL: adminUrl, PULSAR_TEST_WS_URL: url, REQUIRE_SERVICES } = process.env;
const isThere = adminUrl !== undefined && url !== undefined;
if (!isThere && REQUIRE_SERVICES === '1')
  throw new Error('REQUIRE_SERVICES=1 asks for Pulsar: set PULSAR_TEST_ADMIN_URL and PULSAR_TEST_WS_URL');
if (!isThere) console.log('SKIPPED: the platform on Pulsar needs PULSAR_TEST_ADMIN_URL and PULSAR_TEST_WS_URL.');

const JOBS = 50;
const OUTCOMES = ['completed', 'cancelled', 'dead_lettered'];

const TRACE = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

async function post(web: string, prompt: string): Promise<Response> {
  return await fetch(`${web}/images/`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', traceparent: TRACE },
    body: JSON.stringify({ generation_settings: { prompt, steps: 4 } }),
  });
}

async function reasons({ readyUrls }: Stack): Promise<string[]> {
  return await Promise.all(
    readyUrls.map(async (ready) => (await fetch(ready).catch(() => null))?.text() ?? 'no answer'),
  );
}

function platformEnvironment() {
  return {
    ...{ EVENT_LOG: 'pulsar', PULSAR_ADMIN_URL: adminUrl ?? '', PULSAR_WS_URL: url ?? '', DELAY_FACTOR: '0.02' },
    PULSAR_TENANT: 'darkroom-tests',
    PULSAR_NAMESPACE: `platform-${randomUUID()}`,
  };
}
async function startOn(environment: Record<string, string>, workers: number) {
  const data = mkdtempSync(join(tmpdir(), 'darkroom-pulsar-'));
  const env = Object.fromEntries(['web', 'projector', 'sidecar'].map((kind) => [kind, environment]));
  return { data, stack: await startStack({ web: 'production', engine: 'fake', data, workers, env }) };
}
const openLogOf = (environment: Record<string, string>) =>
  openEventLog(enginesConfig(parseEnvironment(enginesEnvironment, environment)).eventLog);

describe.skipIf(!isThere)('the platform on Pulsar', () => {
  test('before the setup web answers 503 and nobody is ready; after it two sidecars do 50 jobs, each once', async () => {
    const environment = platformEnvironment();
    const { data, stack } = await startOn(environment, 2);
    await using _stack = stack;
    const [web = ''] = stack.webUrls;
    await expect.poll(async () => (await reasons(stack)).join(), { timeout: 60_000 }).toMatch(/setup has not run/);
    await expect.poll(async () => (await reasons(stack)).join()).toMatch(/cancelled_.*does not exist; run the setup/);
    const early = await post(web, 'a dog');
    expect([early.status, early.headers.get('retry-after')]).toEqual([503, '1']);

    await setUpPulsar(environment, { say: () => {} });
    await stack.ready();
    using ledger = openLedger(join(data, 'accepted'), () => stack.webUrls);
    const ids = await Promise.all(Array.from({ length: JOBS }, (_, i) => ledger.submit(`a dog ${i}`)));
    for (const id of ids) expect((await settled(web, id)).status).toBe('completed');

    await using log = await openLogOf(environment);
    const events = await readEvents(log);
    for (const id of ids) {
      const ends = (events.get(id) ?? []).filter(({ event }) => OUTCOMES.includes(event.type));
      expect(new Set(ends.map(({ text }) => text)).size).toBe(1);
    }

    // A read model that is removed is folded anew from the topics.
    const file = join(data, 'read-model/web-1.sqlite');
    for (const suffix of ['', '-wal', '-shm']) rmSync(file + suffix, { force: true });
    await expect.poll(() => existsSync(file), { timeout: 30_000 }).toBe(true);
    await expect.poll(async () => (await fetch(`${web}/images/${ids[0]}/`)).status, { timeout: 30_000 }).toBe(200);
    await stack.ready();
    const list = await fetch(`${web}/images/?limit=100`);
    expect(((await list.json()) as unknown[]).length).toBe(JOBS);
  });

  test('a job that always fails has four attempts and one dead letter, with its key and trace, between three workers', async () => {
    const environment = platformEnvironment();
    await setUpPulsar(environment, { say: () => {} });
    const { data, stack } = await startOn(environment, 3);
    await using _stack = stack;
    await stack.ready();
    using ledger = openLedger(join(data, 'accepted'), () => stack.webUrls);
    const [web = ''] = stack.webUrls;
    const asked = await post(web, 'fake:fail');
    const poison = accepted.parse(await asked.json()).id;
    const others = await Promise.all(Array.from({ length: 20 }, (_, i) => ledger.submit(`a dog ${i}`)));
    for (const id of others) expect((await settled(web, id)).status).toBe('completed');
    expect(await settled(web, poison)).toMatchObject({ status: 'failed', attempt: 4 });

    await using log = await openLogOf(environment);
    const messages = async (topic: string) =>
      (await Array.fromAsync(log.read(topic, { after: null, follow: false })))
        .flat()
        .filter(({ key }) => key === poison);
    const [letters, failures] = [await messages(TOPICS.deadLetters), await messages(TOPICS.failed)];
    const distinct = (found: readonly { payload: Uint8Array }[]) =>
      new Set(found.map(({ payload }) => new TextDecoder().decode(payload))).size;
    expect([distinct(letters), distinct(failures)]).toEqual([1, 4]);
    expect(letters[0]?.properties['traceparent']).toBe(TRACE);
  });
});
