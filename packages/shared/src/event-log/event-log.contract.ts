import { describe, expect, test } from 'vitest';
import { consumersContract } from './consumers.contract.ts';
import { type ContractRig, contractRig, type EventLogHarness, message, textOf } from './contract-rig.ts';

/** What every event log does. */
export function eventLogContract(name: string, harness: EventLogHarness): void {
  describe(`event log: ${name}`, () => {
    const rig = contractRig(harness);
    readersContract(rig, harness);
    consumersContract(rig, harness);
  });
}

function readersContract(rig: ContractRig, harness: EventLogHarness): void {
  const { topicWith, readAll } = rig;

  test('reads back key, properties and bytes of a message, in order', async () => {
    const topic = await topicWith();
    const bytes = Uint8Array.from({ length: 256 }, (_, i) => i);
    await rig.a.publish(topic, { key: 'ключ', payload: bytes, properties: { traceparent: '00-1', ü: '"\n' } });
    await rig.a.publish(topic, message('second'));
    const [first, second] = await readAll(rig.b, topic);
    expect(first).toMatchObject({ topic, key: 'ключ', properties: { traceparent: '00-1', ü: '"\n' } });
    expect(Buffer.from(first?.payload ?? [])).toEqual(Buffer.from(bytes));
    expect(second && textOf(second)).toBe('second');
    expect(Math.abs((first?.publishTime ?? 0) - Date.now())).toBeLessThan(60_000);
  });

  test('positions rise, end at the last position, and a reader starts after one', async () => {
    const topic = await topicWith();
    expect(await rig.b.lastPosition(topic)).toBeNull();
    const positions: string[] = [];
    for (let i = 0; i < 5; i += 1) positions.push(await rig.a.publish(topic, message(`m${i}`)));
    for (let i = 1; i < 5; i += 1)
      expect(rig.a.comparePositions(positions[i - 1] ?? '', positions[i] ?? '')).toBeLessThan(0);
    expect(rig.a.comparePositions(positions[2] ?? '', (await rig.b.lastPosition(topic)) ?? '')).toBeLessThan(0);
    expect(rig.a.comparePositions(positions[4] ?? '', (await rig.b.lastPosition(topic)) ?? '')).toBe(0);
    expect((await readAll(rig.b, topic, positions[2] ?? null)).map(textOf)).toEqual(['m3', 'm4']);
    expect(await readAll(rig.b, topic, positions[4] ?? null)).toEqual([]);
  });

  test('a reader that is taken up again after each message misses none and repeats none', async () => {
    const topic = await topicWith();
    for (let i = 0; i < 7; i += 1) await rig.a.publish(topic, message(`m${i}`));
    const seen: string[] = [];
    let after: string | null = null;
    for (let left = true; left; ) {
      left = false;
      for await (const [first] of rig.b.read(topic, { after, follow: false })) {
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
      for await (const batch of rig.b.read(topic, { after: null, signal: stop.signal })) {
        seen.push(...batch.map(textOf));
        if (seen.length === 3) stop.abort();
      }
    })().catch(() => undefined);
    for (const text of ['x', 'y', 'z']) await rig.a.publish(topic, message(text));
    await reading;
    expect(seen).toEqual(['x', 'y', 'z']);
  });

  test('live messages reach those that tail, and no reader', async () => {
    const stop = new AbortController();
    const seen: string[] = [];
    const tailing = (async () => {
      for await (const live of rig.b.tail(harness.liveTopic, { signal: stop.signal })) {
        seen.push(textOf(live));
        if (seen.includes('live 3')) return;
      }
    })();
    for (let i = 0; !seen.includes('live 3'); i += 1) {
      await rig.a.publish(harness.liveTopic, message(`live ${i % 4}`));
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await tailing;
    stop.abort();
  });

  test('says which topic or subscription is missing', async () => {
    await expect(rig.a.publish('nowhere', message('x'))).rejects.toMatchObject({
      code: 'LOG_UNAVAILABLE',
      message: /nowhere/,
    });
    const topic = await topicWith();
    await expect(rig.a.consume('workers', [{ topic, weight: 1 }])).rejects.toMatchObject({ message: /workers/ });
    expect(await rig.a.backlog(topic, 'workers')).toBeNull();
    await expect(readAll(rig.a, 'nowhere')).rejects.toMatchObject({ code: 'LOG_UNAVAILABLE' });
  });

  test('refuses to begin when the signal is aborted', async () => {
    const topic = await topicWith('workers');
    const signal = AbortSignal.abort(new Error('stop'));
    await expect(rig.a.publish(topic, message('x'), { signal })).rejects.toThrow('stop');
    expect(await readAll(rig.a, topic)).toEqual([]);
  });
}
