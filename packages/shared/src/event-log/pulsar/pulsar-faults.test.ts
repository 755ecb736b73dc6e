import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Consumer, Delivery } from '../event-log.ts';
import { pulsarForTests, TEST_TENANT } from './pulsar-for-tests.ts';

const pulsar = await pulsarForTests();

const message = (text: string) => ({ key: text, payload: new TextEncoder().encode(text) });
const textOf = ({ payload }: { payload: Uint8Array }) => new TextDecoder().decode(payload);

describe.skipIf(pulsar === null)('Pulsar, where it is not as one would think', () => {
  if (pulsar === null) return;
  async function topicWith(subscription: string) {
    const topic = `t-${randomUUID()}`;
    await using log = pulsar?.open() ?? null;
    await log?.setup({ topics: [topic], subscriptions: [{ topic, name: subscription }] });
    return topic;
  }
  const pull = (from: Consumer): Promise<Delivery> => from.pull({ signal: AbortSignal.timeout(10_000) });

  test('a topic that is unloaded five times under a waiting permit gives all its messages', async () => {
    const topic = await topicWith('workers');
    await using log = pulsar.open({ deafAfterMs: 500 });
    await using consumer = await log.consume('workers', [{ topic, weight: 1 }]);
    // An acknowledgement within 100 ms of an unload is lost and its message comes again: at least once is what is promised.
    const seen = new Set<string>();
    for (let unloads = 0; unloads < 5; unloads += 1) {
      const waiting = pull(consumer);
      await expect.poll(() => pulsar.waitingPermits(topic, 'workers')).toBe(1);
      await pulsar.unload(topic);
      for (let i = 0; i < 4; i += 1) await log.publish(topic, message(`${unloads} ${i}`));
      for (let delivery = await waiting; ; delivery = await pull(consumer)) {
        seen.add(textOf(delivery));
        await delivery.acknowledge();
        if (seen.size === (unloads + 1) * 4) break;
      }
    }
    expect(seen.size).toBe(20);
  }, 60_000);

  test('a message that is held while its consumer renews other links is neither lost nor given twice', async () => {
    const [busy, quiet] = [await topicWith('workers'), await topicWith('workers')];
    await using log = pulsar.open({ deafAfterMs: 100 });
    const sources = [busy, quiet].map((topic) => ({ topic, weight: 1 }));
    await using consumer = await log.consume('workers', sources);
    await using other = await log.consume('workers', sources);
    await log.publish(busy, message('held'));
    const held = await pull(consumer);
    // Some ten renewals of each link that waits, beside the one that holds.
    const none = (from: Consumer) => from.pull({ signal: AbortSignal.timeout(1200) }).catch(() => null);
    expect(await Promise.all([none(consumer), none(other)])).toEqual([null, null]);
    await held.acknowledge();
    await expect.poll(() => log.backlog(busy, 'workers')).toEqual({ ready: 0, delayed: 0, held: 0 });
  });

  test('an unloaded topic delivers a held message again; the holder may still acknowledge it', async () => {
    const topic = await topicWith('workers');
    await using log = pulsar.open({ deafAfterMs: 500 });
    await using consumer = await log.consume('workers', [{ topic, weight: 1 }]);
    await log.publish(topic, message('job'));
    const held = await pull(consumer);
    await pulsar.unload(topic);
    const again = await pull(consumer);
    expect(textOf(again)).toBe('job');
    await held.acknowledge();
    await again.acknowledge();
    await expect
      .poll(() => log.backlog(topic, 'workers'), { timeout: 5000 })
      .toEqual({ ready: 0, delayed: 0, held: 0 });
  });

  test('an acknowledgement counts although its link closes at once', async () => {
    const topic = await topicWith('workers');
    await using log = pulsar.open();
    for (let i = 0; i < 10; i += 1) {
      await using consumer = await log.consume('workers', [{ topic, weight: 1 }]);
      await log.publish(topic, message(`${i}`));
      const delivery = await pull(consumer);
      expect(textOf(delivery)).toBe(`${i}`);
      await delivery.acknowledge();
    }
    await expect.poll(() => log.backlog(topic, 'workers')).toEqual({ ready: 0, delayed: 0, held: 0 });
  });

  test('readers and producers go on over an unload', async () => {
    const topic = await topicWith('workers');
    await using log = pulsar.open();
    const seen: string[] = [];
    const stop = new AbortController();
    const reading = (async () => {
      for await (const batch of log.read(topic, { after: null, signal: stop.signal })) {
        seen.push(...batch.map(textOf));
        if (seen.includes('29')) stop.abort();
      }
    })().catch((error: unknown) => stop.signal.aborted || Promise.reject(error));
    for (let i = 0; i < 30; i += 1) {
      if (i % 10 === 5) await pulsar.unload(topic);
      await log.publish(topic, message(`${i}`));
    }
    await reading;
    expect([...new Set(seen)]).toEqual(Array.from({ length: 30 }, (_, i) => `${i}`));
  });

  test('a message over the limit of a frame is refused in a sentence, and all others go on', async () => {
    const topic = await topicWith('workers');
    await using log = pulsar.open();
    const around = Array.from({ length: 20 }, (_, i) => log.publish(topic, message(`${i}`)));
    const large = log.publish(topic, { key: 'large', payload: new Uint8Array(1024 * 1024) });
    await expect(large).rejects.toMatchObject({ code: 'BODY_TOO_LARGE', message: /takes \d+ bytes.*1048576/ });
    await Promise.all(around);
    await log.publish(topic, { key: 'largest', payload: new Uint8Array(770_000) });
    const read = (await Array.fromAsync(log.read(topic, { after: null, follow: false }))).flat();
    expect(read.map(({ key }) => key)).not.toContain('large');
    expect(read.length).toBe(21);
  });

  test('names what is missing: topic, subscription, namespace, tenant, and does not make them', async () => {
    const topic = await topicWith('workers');
    await using log = pulsar.open();
    const consume = (name: string) => log.consume('sleepers', [{ topic: name, weight: 1 }]);
    await expect(consume(topic)).rejects.toThrow(/subscription sleepers of .*does not exist; run the setup/);
    await expect(log.publish('nowhere', message('x'))).rejects.toThrow(/nowhere.*does not exist; run the setup/);
    await expect(log.lastPosition('nowhere')).rejects.toThrow(/nowhere.*does not exist/);
    expect(await log.backlog('nowhere', 'workers')).toBeNull();
    for (const elsewhere of [{ namespace: 'none' }, { tenant: 'none' }]) {
      await using other = pulsar.open(elsewhere);
      await expect(other.publish(topic, message('x'))).rejects.toThrow(/none.*does not exist; run the setup/);
      await expect(other.lastPosition(topic)).rejects.toThrow(/none.*does not exist/);
      expect(await other.backlog(topic, 'workers')).toBeNull();
    }
    await expect(log.publish('nowhere', message('x'))).rejects.toThrow(/nowhere/);
  });

  test('a broker that is not there is LOG_UNAVAILABLE within the time of a publish', async () => {
    const admin = {
      adminUrl: 'http://127.0.0.1:1',
      allowedHosts: [],
      caFile: null,
      secrets: { token: null, tokenFile: null },
    };
    await using log = pulsar.open({ admin, publishTimeoutMs: 600, unreachableLimitMs: 600 });
    const start = performance.now();
    await expect(log.publish('t', message('x'))).rejects.toMatchObject({
      code: 'LOG_UNAVAILABLE',
      message: /does not answer.*ECONNREFUSED/,
    });
    await expect(log.read('t', { after: null })[Symbol.asyncIterator]().next()).rejects.toThrow(/does not answer/);
    await expect(log.backlog('t', 'workers')).rejects.toThrow(/does not answer/);
    expect(performance.now() - start).toBeLessThan(3000);
  });

  test('publishes many at once with a bounded number in flight, each once', async () => {
    const topic = await topicWith('workers');
    await using log = pulsar.open();
    const positions = await Promise.all(Array.from({ length: 2000 }, (_, i) => log.publish(topic, message(`${i}`))));
    expect(new Set(positions).size).toBe(2000);
    const read = (await Array.fromAsync(log.read(topic, { after: null, follow: false }))).flat();
    expect(new Set(read.map(textOf)).size).toBe(2000);
    expect(read.length).toBe(2000);
  });

  test('where deduplication is on, a process that starts again loses nothing of what it publishes', async () => {
    const topic = await topicWith('workers');
    const path = `namespaces/${TEST_TENANT}/${pulsar.namespace}/deduplication`;
    await pulsar.admin.call('POST', path, 'switch it on', { json: true });
    try {
      for (let start = 0; start < 2; start += 1) {
        await using log = pulsar.open();
        await Promise.all(Array.from({ length: 100 }, (_, i) => log.publish(topic, message(`${start} ${i}`))));
      }
    } finally {
      await pulsar.admin.call('POST', path, 'switch it off', { json: false });
    }
    await using log = pulsar.open();
    const read = (await Array.fromAsync(log.read(topic, { after: null, follow: false }))).flat();
    expect(new Set(read.map(textOf)).size).toBe(200);
  });

  test('many that rest after being handed back do not hold more than their share of links', async () => {
    const topic = await topicWith('workers');
    await using log = pulsar.open();
    await using consumer = await log.consume('workers', [{ topic, weight: 1 }]);
    await Promise.all(Array.from({ length: 130 }, (_, i) => log.publish(topic, message(`${i}`))));
    for (let i = 0; i < 130; i += 1) await (await pull(consumer)).handBack(60_000);
    await expect.poll(async () => (await log.backlog(topic, 'workers'))?.held).toBeLessThanOrEqual(101);
  }, 40_000);
});
