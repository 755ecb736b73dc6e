import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Backlog, Consumer, Delivery, EventLog, LogMessage, OutgoingMessage } from './event-log.ts';

export type EventLogHarness = {
  /** Two views of one empty log, as two processes would have. */
  open(): Promise<{ a: EventLog; b: EventLog }>;
  /** The live topic of this log. */
  liveTopic: string;
  /** After this long a consumer that no longer renews its lease has lost what it held. */
  leaseTimeoutMs: number;
  /** Opens a consumer whose process then freezes or dies without closing anything. */
  abandonConsumer(topic: string, subscription: string): Promise<void>;
};

const message = (text: string, extra: Partial<OutgoingMessage> = {}): OutgoingMessage => ({
  key: text,
  payload: new TextEncoder().encode(text),
  ...extra,
});
const textOf = (received: LogMessage) => new TextDecoder().decode(received.payload);

/** What every event log does. */
export function eventLogContract(name: string, harness: EventLogHarness): void {
  describe(`event log: ${name}`, () => {
    let a: EventLog;
    let b: EventLog;
    let topicsMade = 0;
    beforeAll(async () => {
      ({ a, b } = await harness.open());
    });
    afterAll(async () => {
      await a[Symbol.asyncDispose]();
      await b[Symbol.asyncDispose]();
    });

    async function topicWith(...subscriptions: string[]): Promise<string> {
      topicsMade += 1;
      const topic = `contract_${topicsMade}`;
      await a.setup({ topics: [topic], subscriptions: subscriptions.map((each) => ({ topic, name: each })) });
      return topic;
    }
    async function consumer(log: EventLog, ...topics: string[]): Promise<Consumer> {
      return await log.consume(
        'workers',
        topics.map((topic) => ({ topic, weight: 1 })),
      );
    }
    async function pullWithin(from: Consumer, ms: number): Promise<Delivery | null> {
      const signal = AbortSignal.timeout(ms);
      return await from.pull({ signal }).catch((error: unknown) => {
        if (signal.aborted) return null;
        throw error;
      });
    }
    async function pull(from: Consumer): Promise<Delivery> {
      const delivery = await pullWithin(from, 10_000);
      if (delivery === null) throw new Error('nothing was delivered within 10 s');
      return delivery;
    }
    /** Acknowledgements may have no receipt, so a backlog follows them a moment later. */
    const expectBacklog = (topic: string, backlog: Backlog) =>
      expect.poll(() => a.backlog(topic, 'workers'), { timeout: 5000 }).toEqual(backlog);
    async function drain(from: Consumer, take: (delivery: Delivery) => void): Promise<void> {
      for (let delivery = await pullWithin(from, 500); delivery; delivery = await pullWithin(from, 500)) {
        take(delivery);
        await delivery.acknowledge();
      }
    }
    async function readAll(log: EventLog, topic: string, after: string | null = null): Promise<LogMessage[]> {
      return (await Array.fromAsync(log.read(topic, { after, follow: false }))).flat();
    }

    test('reads back key, properties and bytes of a message, in order', async () => {
      const topic = await topicWith();
      const bytes = Uint8Array.from({ length: 256 }, (_, i) => i);
      await a.publish(topic, { key: 'ключ', payload: bytes, properties: { traceparent: '00-1', ü: '"\n' } });
      await a.publish(topic, message('second'));
      const [first, second] = await readAll(b, topic);
      expect(first).toMatchObject({ topic, key: 'ключ', properties: { traceparent: '00-1', ü: '"\n' } });
      expect(Buffer.from(first?.payload ?? [])).toEqual(Buffer.from(bytes));
      expect(second && textOf(second)).toBe('second');
      expect(Math.abs((first?.publishTime ?? 0) - Date.now())).toBeLessThan(60_000);
    });

    test('a delivery has the key, properties, bytes, time and position that a reader sees', async () => {
      const topic = await topicWith('workers');
      const properties = {
        traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
        tracestate: 'a=b,c=d',
      };
      const position = await a.publish(topic, message('job', { key: 'id of the job', properties }));
      await using worker = await consumer(b, topic);
      const delivery = await pull(worker);
      const [read] = await readAll(a, topic);
      expect(read).toMatchObject({ topic, key: 'id of the job', properties });
      for (const field of ['topic', 'key', 'properties', 'publishTime', 'position'] as const)
        expect(delivery[field]).toEqual(read?.[field]);
      expect(Buffer.from(delivery.payload)).toEqual(Buffer.from(read?.payload ?? []));
      expect(a.comparePositions(delivery.position, position)).toBe(0);
    });

    test('positions rise, end at the last position, and a reader starts after one', async () => {
      const topic = await topicWith();
      expect(await b.lastPosition(topic)).toBeNull();
      const positions: string[] = [];
      for (let i = 0; i < 5; i += 1) positions.push(await a.publish(topic, message(`m${i}`)));
      for (let i = 1; i < 5; i += 1)
        expect(a.comparePositions(positions[i - 1] ?? '', positions[i] ?? '')).toBeLessThan(0);
      expect(a.comparePositions(positions[2] ?? '', (await b.lastPosition(topic)) ?? '')).toBeLessThan(0);
      expect(a.comparePositions(positions[4] ?? '', (await b.lastPosition(topic)) ?? '')).toBe(0);
      expect((await readAll(b, topic, positions[2] ?? null)).map(textOf)).toEqual(['m3', 'm4']);
      expect(await readAll(b, topic, positions[4] ?? null)).toEqual([]);
    });

    test('a reader that is taken up again after each message misses none and repeats none', async () => {
      const topic = await topicWith();
      for (let i = 0; i < 7; i += 1) await a.publish(topic, message(`m${i}`));
      const seen: string[] = [];
      let after: string | null = null;
      for (let left = true; left; ) {
        left = false;
        for await (const [first] of b.read(topic, { after, follow: false })) {
          if (first === undefined) break;
          seen.push(textOf(first));
          after = first.position;
          left = true;
          break;
        }
      }
      expect(seen).toEqual(Array.from({ length: 7 }, (_, i) => `m${i}`));
    });

    test('a following reader sees what another process publishes later', async () => {
      const topic = await topicWith();
      const stop = new AbortController();
      const seen: string[] = [];
      const reading = (async () => {
        for await (const batch of b.read(topic, { after: null, signal: stop.signal })) {
          seen.push(...batch.map(textOf));
          if (seen.length === 3) stop.abort();
        }
      })().catch(() => undefined);
      for (const text of ['x', 'y', 'z']) await a.publish(topic, message(text));
      await reading;
      expect(seen).toEqual(['x', 'y', 'z']);
    });

    test('gives each message to one consumer of the subscription', async () => {
      const topic = await topicWith('workers');
      await Promise.all(Array.from({ length: 40 }, (_, i) => a.publish(topic, message(`job ${i}`))));
      await using left = await consumer(a, topic);
      await using right = await consumer(b, topic);
      const seen: string[] = [];
      const take = (delivery: Delivery) => void seen.push(textOf(delivery));
      await Promise.all([drain(left, take), drain(right, take)]);
      expect(seen.sort()).toEqual(Array.from({ length: 40 }, (_, i) => `job ${i}`).sort());
      await expectBacklog(topic, { ready: 0, delayed: 0, held: 0 });
    });

    test('parks nothing with a consumer that holds a message and asks for no other', async () => {
      const topic = await topicWith('workers');
      await using stuck = await consumer(a, topic);
      await using free = await consumer(b, topic);
      for (const text of ['1', '2', '3']) await a.publish(topic, message(text));
      const held = await pull(stuck);
      expect(new Set([textOf(await pull(free)), textOf(await pull(free)), textOf(held)])).toEqual(
        new Set(['1', '2', '3']),
      );
    });

    test('parks nothing of the sources that a holder does not serve', async () => {
      const [first, second] = [await topicWith('workers'), await topicWith('workers')];
      await using stuck = await consumer(a, first, second);
      await using free = await consumer(b, first, second);
      await a.publish(first, message('held'));
      expect(textOf(await pull(stuck))).toBe('held');
      for (const topic of [first, second, first, second]) await a.publish(topic, message('next'));
      const start = performance.now();
      for (let i = 0; i < 4; i += 1) await (await pull(free)).acknowledge();
      expect(performance.now() - start).toBeLessThan(2000);
    });

    test('what was weighed and not chosen is free for others at once', async () => {
      const [first, second] = [await topicWith('workers'), await topicWith('workers')];
      for (const topic of [first, second]) await a.publish(topic, message(topic));
      await using left = await consumer(a, first, second);
      await using right = await consumer(b, first, second);
      const chosen = await pull(left);
      const other = await pullWithin(right, 2000);
      expect(new Set([chosen.topic, other?.topic])).toEqual(new Set([first, second]));
    });

    test('two consumers of several sources get each message once', async () => {
      const topics = [await topicWith('workers'), await topicWith('workers'), await topicWith('workers')];
      await Promise.all(
        topics.flatMap((topic) => Array.from({ length: 15 }, (_, i) => a.publish(topic, message(`${topic} ${i}`)))),
      );
      await using left = await consumer(a, ...topics);
      await using right = await consumer(b, ...topics);
      const seen: string[] = [];
      const take = (delivery: Delivery) => void seen.push(textOf(delivery));
      await Promise.all([drain(left, take), drain(right, take)]);
      expect(seen.length).toBe(45);
      expect(new Set(seen).size).toBe(45);
    });

    test('a subscription starts at the earliest message, and two do not share', async () => {
      const topic = await topicWith();
      await a.publish(topic, message('early'));
      await a.setup({
        topics: [topic],
        subscriptions: [
          { topic, name: 'workers' },
          { topic, name: 'others' },
        ],
      });
      await a.setup({ topics: [topic], subscriptions: [{ topic, name: 'workers' }] });
      await using workers = await consumer(b, topic);
      await using others = await b.consume('others', [{ topic, weight: 1 }]);
      const delivery = await pull(workers);
      await delivery.acknowledge();
      expect(textOf(delivery)).toBe('early');
      expect(textOf(await pull(others))).toBe('early');
    });

    test('delivers again at once what a closed consumer held', async () => {
      const topic = await topicWith('workers');
      const first = await consumer(a, topic);
      await using second = await consumer(b, topic);
      await a.publish(topic, message('job'));
      await pull(first);
      const again = pull(second);
      await first[Symbol.asyncDispose]();
      expect(textOf(await again)).toBe('job');
    });

    test('delivers again what a consumer held whose process died', async () => {
      const topic = await topicWith('workers');
      await a.publish(topic, message('job'));
      await harness.abandonConsumer(topic, 'workers');
      await using other = await consumer(b, topic);
      const delivery = await pullWithin(other, harness.leaseTimeoutMs * 4);
      expect(delivery && textOf(delivery)).toBe('job');
    });

    test('keeps a message with a living consumer for longer than a lease', async () => {
      const topic = await topicWith('workers');
      await a.publish(topic, message('long'));
      await using holder = await consumer(a, topic);
      await using other = await consumer(b, topic);
      await pull(holder);
      expect(await pullWithin(other, harness.leaseTimeoutMs * 2)).toBeNull();
    });

    test('accepts a late and a repeated acknowledgement', async () => {
      const topic = await topicWith('workers');
      const first = await consumer(a, topic);
      await a.publish(topic, message('job'));
      const late = await pull(first);
      await first[Symbol.asyncDispose]();
      await using second = await consumer(b, topic);
      await pull(second);
      await late.acknowledge();
      await late.acknowledge();
      await expectBacklog(topic, { ready: 0, delayed: 0, held: 0 });
    });

    test('delivers a delayed message in its time; others overtake it and readers see it at once', async () => {
      const topic = await topicWith('workers');
      await using worker = await consumer(b, topic);
      const start = Date.now();
      await a.publish(topic, message('later', { deliverAt: start + 2500 }));
      await a.publish(topic, message('now'));
      const first = await pull(worker);
      expect(textOf(first)).toBe('now');
      expect((await readAll(b, topic)).map(textOf)).toEqual(['later', 'now']);
      await expectBacklog(topic, { ready: 0, delayed: 1, held: 1 });
      expect(textOf(await pull(worker))).toBe('later');
      expect(Date.now() - start).toBeGreaterThan(1450);
    });

    test('delivers a message that was handed back after its delay, to anyone', async () => {
      const topic = await topicWith('workers');
      await a.publish(topic, message('back'));
      await using left = await consumer(a, topic);
      await using right = await consumer(b, topic);
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
        await Promise.all(Array.from({ length: 24 }, () => a.publish(topic, message(topic))));
      }
      await using worker = await b.consume('workers', [
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
      await using impatient = await consumer(a, topic);
      await using other = await consumer(b, topic);
      for (let i = 0; i < 20; i += 1) {
        const stop = new AbortController();
        const pulling = impatient.pull({ signal: stop.signal }).catch(() => null);
        const publishing = a.publish(topic, message(`${i}`));
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
      await using worker = await consumer(b, topic);
      const waits: number[] = [];
      for (let i = 0; i < 9; i += 1) {
        const pulling = worker.pull();
        await new Promise((resolve) => setTimeout(resolve, 15));
        await a.publish(topic, message('wake'));
        const published = performance.now();
        await (await pulling).acknowledge();
        waits.push(performance.now() - published);
      }
      // The median, with room for a busy machine: a consumer that polled once a second would fail.
      expect(waits.sort((x, y) => x - y)[4]).toBeLessThan(200);
    });

    test('live messages reach those that tail, and no reader', async () => {
      const stop = new AbortController();
      const seen: string[] = [];
      const tailing = (async () => {
        for await (const live of b.tail(harness.liveTopic, { signal: stop.signal })) {
          seen.push(textOf(live));
          if (seen.includes('live 3')) return;
        }
      })();
      for (let i = 0; !seen.includes('live 3'); i += 1) {
        await a.publish(harness.liveTopic, message(`live ${i % 4}`));
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      await tailing;
      stop.abort();
    });

    test('says which topic or subscription is missing', async () => {
      await expect(a.publish('nowhere', message('x'))).rejects.toMatchObject({
        code: 'LOG_UNAVAILABLE',
        message: /nowhere/,
      });
      const topic = await topicWith();
      await expect(a.consume('workers', [{ topic, weight: 1 }])).rejects.toMatchObject({ message: /workers/ });
      expect(await a.backlog(topic, 'workers')).toBeNull();
      await expect(readAll(a, 'nowhere')).rejects.toMatchObject({ code: 'LOG_UNAVAILABLE' });
    });

    test('refuses to begin when the signal is aborted', async () => {
      const topic = await topicWith('workers');
      const signal = AbortSignal.abort(new Error('stop'));
      await expect(a.publish(topic, message('x'), { signal })).rejects.toThrow('stop');
      expect(await readAll(a, topic)).toEqual([]);
    });
  });
}
