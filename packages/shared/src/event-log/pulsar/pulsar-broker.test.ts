/** What needs a broker that may be killed and has settings of its own. `PULSAR_TEST_SLOW=1` and `PULSAR_HOME` ask for it. */
import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, test } from 'vitest';
import type { Consumer, Delivery } from '../event-log.ts';
import { createAdminClient } from './admin-client.ts';
import { startOwnedBroker } from './owned-broker-for-tests.ts';
import { pulsarAt, TEST_TENANT } from './pulsar-for-tests.ts';
import { setupPulsar } from './setup-pulsar.ts';

const { PULSAR_TEST_SLOW, PULSAR_HOME } = process.env;
const IDLE_TIMEOUT_MS = 20_000;
const isAsked = PULSAR_TEST_SLOW === '1';
if (isAsked && !PULSAR_HOME)
  throw new Error('PULSAR_TEST_SLOW=1 needs PULSAR_HOME, an unpacked distribution of Pulsar 4');
if (!isAsked)
  console.log('SKIPPED: the slow tests on a Pulsar of their own run with PULSAR_TEST_SLOW=1 and PULSAR_HOME.');

const message = (text: string) => ({ key: text, payload: new TextEncoder().encode(text) });
const textOf = ({ payload }: { payload: Uint8Array }) => new TextDecoder().decode(payload);
const pull = (from: Consumer, withinMs = 30_000): Promise<Delivery> =>
  from.pull({ signal: AbortSignal.timeout(withinMs) });

describe.skipIf(!isAsked)('a Pulsar broker with its troubles', async () => {
  if (!PULSAR_HOME || !isAsked) return;
  const broker = await startOwnedBroker(PULSAR_HOME, { webSocketSessionIdleTimeoutMillis: `${IDLE_TIMEOUT_MS}` });
  const admin = broker.tokenFor('admin');
  const pulsar = await pulsarAt({ adminUrl: broker.adminUrl, url: broker.url, token: admin });
  afterAll(() => broker[Symbol.asyncDispose]());
  async function topicWith(...subscriptions: string[]): Promise<string> {
    const topic = `t-${randomUUID()}`;
    await using log = pulsar.open();
    await log.setup({ topics: [topic], subscriptions: subscriptions.map((name) => ({ topic, name })) });
    return topic;
  }

  test.each([
    ['missing', null, /\(401\): the token is missing, wrong or expired/],
    ['forged', broker.tokenFor('admin', { secret: randomBytes(32) }), /\(401\)/],
    ['expired', broker.tokenFor('admin', { expires: Math.floor(Date.now() / 1000) - 60 }), /\(401\)/],
    ['without rights', broker.tokenFor('stranger'), /\(40[13]\).*(role lacks the right|wrong or expired)/],
  ])('a token that is %s is told in a sentence, soon', async (_name, token, sentence) => {
    const topic = await topicWith('workers');
    await using log = pulsar.open({ token });
    const start = performance.now();
    const source = { topic, weight: 1 };
    for (const call of [
      () => log.publish(topic, message('x')),
      () => log.publish('live', message('x')),
      () => log.consume('workers', [source]),
      () => log.read(topic, { after: null })[Symbol.asyncIterator]().next(),
      () => log.tail('live')[Symbol.asyncIterator]().next(),
      () => log.lastPosition(topic),
      () => log.backlog(topic, 'workers'),
    ]) {
      await expect(call()).rejects.toMatchObject({ code: 'LOG_UNAVAILABLE', message: sentence });
      if (token !== null) await expect(call()).rejects.not.toMatchObject({ message: expect.stringContaining(token) });
    }
    expect(performance.now() - start).toBeLessThan(5000);
    const access = { adminUrl: broker.adminUrl, allowedHosts: [], caFile: null, secrets: { token, tokenFile: null } };
    const setup = setupPulsar({
      ...{ admin: createAdminClient(access), tenant: TEST_TENANT, namespaces: [], quorums: null, say: () => {} },
    });
    await expect(setup).rejects.toThrow(sentence);
  });

  test('a role that may produce and consume is enough for all but the setup', async () => {
    const topic = await topicWith('workers');
    const path = `namespaces/${TEST_TENANT}/${pulsar.namespace}/permissions/worker`;
    const granted = await pulsar.admin.call('POST', path, 'grant', { json: ['produce', 'consume'] });
    expect(granted.status).toBe(204);
    await using log = pulsar.open({ token: broker.tokenFor('worker') });
    await using consumer = await log.consume('workers', [{ topic, weight: 1 }]);
    const stop = new AbortController();
    const live = log.tail('live', { signal: stop.signal })[Symbol.asyncIterator]().next();
    await log.publish(topic, message('job'));
    await (await pull(consumer)).acknowledge();
    expect(await log.lastPosition(topic)).not.toBeNull();
    expect(await log.backlog(topic, 'workers')).not.toBeNull();
    const telling = setInterval(() => void log.publish('live', message('tick')).catch(() => undefined), 50);
    expect(textOf((await live).value)).toBe('tick');
    clearInterval(telling);
    stop.abort();
  });

  test('links that are silent for longer than the broker allows go on, and what is held stays held', async () => {
    const [topic, quiet] = [await topicWith('workers'), await topicWith('workers')];
    await using log = pulsar.open({ deafAfterMs: 10 * IDLE_TIMEOUT_MS });
    await using consumer = await log.consume('workers', [{ topic: quiet, weight: 1 }]);
    await using holder = await log.consume('workers', [{ topic, weight: 1 }]);
    await using other = await log.consume('workers', [{ topic, weight: 1 }]);
    const reading = log.read(quiet, { after: null })[Symbol.asyncIterator]();
    const read = reading.next();
    await log.publish(topic, message('held'));
    const held = await pull(holder);
    const waiting = pull(consumer, 60_000);
    // What a worker's process does that freezes: its sockets are silent, and its job goes to another.
    const frozenTopic = await topicWith('workers');
    await log.publish(frozenTopic, message('frozen'));
    await using frozen = await pulsar.startHolder(frozenTopic, 'workers');
    frozen.kill('SIGSTOP');
    const frozenAt = performance.now();
    await using thawing = await log.consume('workers', [{ topic: frozenTopic, weight: 1 }]);
    expect(textOf(await pull(thawing, 60_000))).toBe('frozen');
    expect(performance.now() - frozenAt).toBeLessThan(90_000);
    expect(performance.now() - frozenAt).toBeGreaterThan(IDLE_TIMEOUT_MS / 2);
    await sleep(IDLE_TIMEOUT_MS / 4);
    expect(await pull(other, 1000).catch(() => null)).toBeNull();
    await held.acknowledge();
    await log.publish(quiet, message('after the silence'));
    expect(textOf(await waiting)).toBe('after the silence');
    expect((await read).value.map(textOf)).toEqual(['after the silence']);
    await expect.poll(() => log.backlog(topic, 'workers')).toEqual({ ready: 0, delayed: 0, held: 0 });
  }, 120_000);

  test('a broker that is killed and started again loses nothing; readers, producers and consumers go on', async () => {
    const [topic, empty] = [await topicWith('workers'), await topicWith()];
    await using log = pulsar.open({ publishTimeoutMs: 60_000, unreachableLimitMs: 60_000, deafAfterMs: 2000 });
    await using consumer = await log.consume('workers', [{ topic, weight: 1 }]);
    const [published, pulled, read] = [[] as string[], [] as string[], [] as string[]];
    const stop = new AbortController();
    const { signal } = stop;
    const reading = (async () => {
      for await (const batch of log.read(topic, { after: null, signal })) read.push(...batch.map(textOf));
    })().catch(() => undefined);
    const pulling = (async () => {
      while (!signal.aborted) {
        const delivery = await consumer.pull({ signal });
        pulled.push(textOf(delivery));
        await delivery.acknowledge();
      }
    })().catch(() => undefined);
    const publishing = (async () => {
      for (let i = 0; i < 400; i += 1) {
        await log.publish(topic, message(`${i}`));
        published.push(`${i}`);
        await sleep(20);
      }
    })();
    await sleep(2000);
    await broker.kill('SIGKILL');
    await sleep(1000);
    await broker.start();
    await publishing;
    await expect.poll(() => new Set(read).size, { timeout: 30_000 }).toBe(400);
    await expect.poll(() => new Set(pulled).size, { timeout: 30_000 }).toBe(400);
    stop.abort();
    await Promise.all([reading, pulling]);
    expect(published.length).toBe(400);
    // Publishing is at least once: of what had no receipt when the broker died some may stand twice.
    expect(read.length).toBeLessThan(400 + 5);
    expect(await log.lastPosition(empty)).toBeNull();
    const last = await log.lastPosition(topic);
    await broker.kill('SIGTERM');
    await broker.start();
    await expect.poll(() => log.lastPosition(empty).catch(() => 'away'), { timeout: 20_000 }).toBeNull();
    await expect.poll(() => log.lastPosition(topic).catch(() => 'away'), { timeout: 20_000 }).toBe(last);
    await expect
      .poll(() => log.backlog(topic, 'workers'), { timeout: 20_000 })
      .toEqual({ ready: 0, delayed: 0, held: 0 });
  }, 150_000);

  test('acknowledgements survive a broker that is killed a moment later', async () => {
    const topic = await topicWith('workers');
    await using log = pulsar.open({ unreachableLimitMs: 60_000 });
    for (let i = 0; i < 60; i += 1) await log.publish(topic, message(`${i}`));
    await using consumer = await log.consume('workers', [{ topic, weight: 1 }]);
    for (let i = 0; i < 60; i += 1) await (await pull(consumer)).acknowledge();
    // Acknowledgements are grouped for 100 ms.
    await sleep(1000);
    await broker.kill('SIGKILL');
    await broker.start();
    // Measured with the broker's own rate: 59 of 60 come again.
    await expect
      .poll(() => log.backlog(topic, 'workers').catch(() => null), { timeout: 20_000 })
      .toMatchObject({ delayed: 0, held: 0 });
    expect((await log.backlog(topic, 'workers'))?.ready).toBeLessThanOrEqual(2);
  }, 90_000);
});
