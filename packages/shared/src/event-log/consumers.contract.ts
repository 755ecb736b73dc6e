import { expect, test } from 'vitest';
import { type ContractRig, type EventLogHarness, message, textOf } from './contract-rig.ts';
import type { Delivery } from './event-log.ts';

/** What every event log does for those who share its work. */
export function consumersContract(rig: ContractRig, harness: EventLogHarness): void {
  const { topicWith, consumer, pull, pullWithin, drain, expectBacklog, readAll } = rig;

  test('a delivery has the key, properties, bytes, time and position that a reader sees', async () => {
    const topic = await topicWith('workers');
    const properties = {
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
      tracestate: 'a=b,c=d',
    };
    const position = await rig.a.publish(topic, message('job', { key: 'id of the job', properties }));
    await using worker = await consumer(rig.b, topic);
    const delivery = await pull(worker);
    const [read] = await readAll(rig.a, topic);
    expect(read).toMatchObject({ topic, key: 'id of the job', properties });
    for (const field of ['topic', 'key', 'properties', 'publishTime', 'position'] as const)
      expect(delivery[field]).toEqual(read?.[field]);
    expect(Buffer.from(delivery.payload)).toEqual(Buffer.from(read?.payload ?? []));
    expect(rig.a.comparePositions(delivery.position, position)).toBe(0);
  });

  test('gives each message to one consumer of the subscription', async () => {
    const topic = await topicWith('workers');
    await Promise.all(Array.from({ length: 40 }, (_, i) => rig.a.publish(topic, message(`job ${i}`))));
    await using left = await consumer(rig.a, topic);
    await using right = await consumer(rig.b, topic);
    const seen: string[] = [];
    const take = (delivery: Delivery) => void seen.push(textOf(delivery));
    await Promise.all([drain(left, take), drain(right, take)]);
    expect(seen.sort()).toEqual(Array.from({ length: 40 }, (_, i) => `job ${i}`).sort());
    await expectBacklog(topic, { ready: 0, delayed: 0, held: 0 });
  });

  test('parks nothing with a consumer that holds a message and asks for no other', async () => {
    const topic = await topicWith('workers');
    await using stuck = await consumer(rig.a, topic);
    await using free = await consumer(rig.b, topic);
    for (const text of ['1', '2', '3']) await rig.a.publish(topic, message(text));
    const held = await pull(stuck);
    expect(new Set([textOf(await pull(free)), textOf(await pull(free)), textOf(held)])).toEqual(
      new Set(['1', '2', '3']),
    );
  });

  test('parks nothing of the sources that a holder does not serve', async () => {
    const [first, second] = [await topicWith('workers'), await topicWith('workers')];
    await using stuck = await consumer(rig.a, first, second);
    await using free = await consumer(rig.b, first, second);
    await rig.a.publish(first, message('held'));
    expect(textOf(await pull(stuck))).toBe('held');
    for (const topic of [first, second, first, second]) await rig.a.publish(topic, message('next'));
    const start = performance.now();
    for (let i = 0; i < 4; i += 1) await (await pull(free)).acknowledge();
    expect(performance.now() - start).toBeLessThan(2000);
  });

  test('what was weighed and not chosen is free for others at once', async () => {
    const [first, second] = [await topicWith('workers'), await topicWith('workers')];
    for (const topic of [first, second]) await rig.a.publish(topic, message(topic));
    await using left = await consumer(rig.a, first, second);
    await using right = await consumer(rig.b, first, second);
    const chosen = await pull(left);
    const other = await pullWithin(right, 2000);
    expect(new Set([chosen.topic, other?.topic])).toEqual(new Set([first, second]));
  });

  test('two consumers of several sources get each message once', async () => {
    const topics = [await topicWith('workers'), await topicWith('workers'), await topicWith('workers')];
    await Promise.all(
      topics.flatMap((topic) => Array.from({ length: 15 }, (_, i) => rig.a.publish(topic, message(`${topic} ${i}`)))),
    );
    await using left = await consumer(rig.a, ...topics);
    await using right = await consumer(rig.b, ...topics);
    const seen: string[] = [];
    const take = (delivery: Delivery) => void seen.push(textOf(delivery));
    await Promise.all([drain(left, take), drain(right, take)]);
    expect(seen.length).toBe(45);
    expect(new Set(seen).size).toBe(45);
  });

  test('a subscription starts at the earliest message, and two do not share', async () => {
    const topic = await topicWith();
    await rig.a.publish(topic, message('early'));
    await rig.a.setup({
      topics: [topic],
      subscriptions: [
        { topic, name: 'workers' },
        { topic, name: 'others' },
      ],
    });
    await rig.a.setup({ topics: [topic], subscriptions: [{ topic, name: 'workers' }] });
    await using workers = await consumer(rig.b, topic);
    await using others = await rig.b.consume('others', [{ topic, weight: 1 }]);
    const delivery = await pull(workers);
    await delivery.acknowledge();
    expect(textOf(delivery)).toBe('early');
    expect(textOf(await pull(others))).toBe('early');
  });

  test('delivers again at once what a closed consumer held', async () => {
    const topic = await topicWith('workers');
    const first = await consumer(rig.a, topic);
    await using second = await consumer(rig.b, topic);
    await rig.a.publish(topic, message('job'));
    await pull(first);
    const again = pull(second);
    await first[Symbol.asyncDispose]();
    expect(textOf(await again)).toBe('job');
  });

  test('delivers again what a consumer held whose process died', async () => {
    const topic = await topicWith('workers');
    await rig.a.publish(topic, message('job'));
    await harness.abandonConsumer(topic, 'workers');
    await using other = await consumer(rig.b, topic);
    const delivery = await pullWithin(other, harness.leaseTimeoutMs * 4);
    expect(delivery && textOf(delivery)).toBe('job');
  });

  test('keeps a message with a living consumer for longer than a lease', async () => {
    const topic = await topicWith('workers');
    await rig.a.publish(topic, message('long'));
    await using holder = await consumer(rig.a, topic);
    await using other = await consumer(rig.b, topic);
    await pull(holder);
    expect(await pullWithin(other, harness.leaseTimeoutMs * 2)).toBeNull();
  });

  test('accepts a late and a repeated acknowledgement', async () => {
    const topic = await topicWith('workers');
    const first = await consumer(rig.a, topic);
    await rig.a.publish(topic, message('job'));
    const late = await pull(first);
    await first[Symbol.asyncDispose]();
    await using second = await consumer(rig.b, topic);
    await pull(second);
    await late.acknowledge();
    await late.acknowledge();
    await expectBacklog(topic, { ready: 0, delayed: 0, held: 0 });
  });

  test('delivers a delayed message in its time; others overtake it and readers see it at once', async () => {
    const topic = await topicWith('workers');
    await using worker = await consumer(rig.b, topic);
    const start = Date.now();
    await rig.a.publish(topic, message('later', { deliverAt: start + 2500 }));
    await rig.a.publish(topic, message('now'));
    const first = await pull(worker);
    expect(textOf(first)).toBe('now');
    expect((await readAll(rig.b, topic)).map(textOf)).toEqual(['later', 'now']);
    await expectBacklog(topic, { ready: 0, delayed: 1, held: 1 });
    expect(textOf(await pull(worker))).toBe('later');
    expect(Date.now() - start).toBeGreaterThan(1450);
  });

  test('delivers a message that was handed back after its delay, to anyone', async () => {
    const topic = await topicWith('workers');
    await rig.a.publish(topic, message('back'));
    await using left = await consumer(rig.a, topic);
    await using right = await consumer(rig.b, topic);
    const start = Date.now();
    await (await pull(left)).handBack(1500);
    const again = await pull(right);
    expect(textOf(again)).toBe('back');
    expect(Date.now() - start).toBeGreaterThan(450);
    await again.handBack(0);
    expect(textOf(await pull(left))).toBe('back');
  });

  test('serves sources by their weights while all have messages', async () => {
    const [high, normal, low] = [await topicWith('workers'), await topicWith('workers'), await topicWith('workers')];
    for (const topic of [high, normal, low]) {
      await Promise.all(Array.from({ length: 24 }, () => rig.a.publish(topic, message(topic))));
    }
    await using worker = await rig.b.consume('workers', [
      { topic: high, weight: 8 },
      { topic: normal, weight: 3 },
      { topic: low, weight: 1 },
    ]);
    const served = new Map<string, number>();
    for (let i = 0; i < 24; i += 1) {
      const delivery = await pull(worker);
      served.set(delivery.topic, (served.get(delivery.topic) ?? 0) + 1);
      await delivery.acknowledge();
    }
    expect(served.get(high)).toBeGreaterThan(served.get(normal) ?? 0);
    expect(served.get(normal)).toBeGreaterThan(served.get(low) ?? 0);
    expect(served.get(low)).toBeGreaterThan(0);
  });

  test('holds nothing after a pull that was aborted', async () => {
    const topic = await topicWith('workers');
    await using impatient = await consumer(rig.a, topic);
    await using other = await consumer(rig.b, topic);
    for (let i = 0; i < 20; i += 1) {
      const stop = new AbortController();
      const pulling = impatient.pull({ signal: stop.signal }).catch(() => null);
      const publishing = rig.a.publish(topic, message(`${i}`));
      if (i % 2) await publishing;
      stop.abort();
      const taken = await pulling;
      await publishing;
      expect(textOf(taken ?? (await pull(other)))).toBe(`${i}`);
      if (taken) await taken.acknowledge();
    }
  });

  test('wakes a consumer of another view soon after a publish', async () => {
    const topic = await topicWith('workers');
    await using worker = await consumer(rig.b, topic);
    const waits: number[] = [];
    for (let i = 0; i < 9; i += 1) {
      const pulling = worker.pull();
      await new Promise((resolve) => setTimeout(resolve, 15));
      await rig.a.publish(topic, message('wake'));
      const published = performance.now();
      await (await pulling).acknowledge();
      waits.push(performance.now() - published);
    }
    // The median, with room for a busy machine: a consumer that polled once a second would fail.
    expect(waits.sort((x, y) => x - y)[4]).toBeLessThan(200);
  });
}
