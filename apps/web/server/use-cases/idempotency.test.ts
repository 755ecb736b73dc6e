import { DarkroomError } from '@darkroom/shared/errors/darkroom-error';
import type { Clock } from '@darkroom/shared/time/clock';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listModelsInLog, published } from '../testing/events.ts';
import { startWebRig, type WebRig } from '../testing/web-rig.ts';

const body = { generation_settings: { prompt: 'a dog' } };
const idOf = async (response: Response) => ((await response.json()) as { id: string }).id;

let rig: WebRig;
let skewMs = 0;
beforeAll(async () => {
  const clock: Clock = { now: () => Date.now() + skewMs };
  rig = await startWebRig({ replace: (runtime) => ({ ...runtime, clock }) });
});
afterAll(async () => {
  await rig[Symbol.asyncDispose]();
});

async function copiesOf(id: string): Promise<string[]> {
  return (await published(rig.runtime.log)).filter(({ key }) => key === id).map(({ text }) => text);
}

describe('a request with an Idempotency-Key', () => {
  test('repeated, it is one job and one answer, and the event goes out again byte for byte', async () => {
    const headers = { 'idempotency-key': 'k-1' };
    const first = await rig.post('/images/', body, headers);
    const id = await idOf(first);
    const second = await rig.post('/images', body, headers);
    expect([second.status, second.headers.get('location')]).toEqual([202, first.headers.get('location')]);
    expect(await idOf(second)).toBe(id);
    const copies = await copiesOf(id);
    expect(copies).toHaveLength(2);
    expect(new Set(copies).size).toBe(1);
  });

  test('sent twenty times at once, it is one job', async () => {
    const responses = await Promise.all(
      Array.from({ length: 20 }, () => rig.post('/images/', body, { 'idempotency-key': 'at-once' })),
    );
    const ids = new Set(await Promise.all(responses.map(idOf)));
    expect(responses.map(({ status }) => status)).toEqual(Array(20).fill(202));
    expect(ids.size).toBe(1);
    expect(new Set(await copiesOf([...ids][0] ?? '')).size).toBe(1);
  });

  test('of two different bodies at once, one stands and the other is told', async () => {
    const other = { generation_settings: { prompt: 'a cat' } };
    const responses = await Promise.all(
      [body, other].map((each) => rig.post('/images/', each, { 'idempotency-key': 'two-bodies' })),
    );
    expect(responses.map(({ status }) => status).sort()).toEqual([202, 422]);
    const refused = responses.find(({ status }) => status === 422);
    expect(await refused?.json()).toMatchObject({ code: 'IDEMPOTENCY_MISMATCH' });
  });

  test('is answered from what was decided before any check, even when the model is gone', async () => {
    const headers = { 'idempotency-key': 'model-gone' };
    const id = await idOf(await rig.post('/images/', body, headers));
    await listModelsInLog(rig.runtime.log, []);
    while ((await rig.call('/ready')).ok) await new Promise((wake) => setTimeout(wake, 5));
    expect((await rig.post('/images/', body)).status).toBe(503);
    expect(await idOf(await rig.post('/images/', body, headers))).toBe(id);
    await listModelsInLog(rig.runtime.log);
    while (!(await rig.call('/ready')).ok) await new Promise((wake) => setTimeout(wake, 5));
  });

  test('is forgotten after 24 hours, as often as that comes', async () => {
    const headers = { 'idempotency-key': 'a-day' };
    const ids: string[] = [];
    for (let day = 0; day < 3; day += 1) {
      ids.push(await idOf(await rig.post('/images/', body, headers)));
      ids.push(await idOf(await rig.post('/images/', body, headers)));
      skewMs += 24 * 3600_000 + 1000;
    }
    skewMs = 0;
    expect(new Set(ids).size).toBe(3);
    expect([ids[0], ids[2], ids[4]]).toEqual([ids[1], ids[3], ids[5]]);
  });

  test.each(['', 'x'.repeat(256), 'a b', 'ключ'.replace(/./g, '\u00e9')])('the key %j is refused', async (key) => {
    const response = await rig.post('/images/', body, { 'idempotency-key': key });
    expect(response.status).toBe(422);
  });

  test('with the store down it is 503; without a key the request is accepted', async () => {
    const down = () => Promise.reject(new DarkroomError('STORE_UNAVAILABLE', 'away'));
    await using broken = await startWebRig({
      replace: (runtime) => ({ ...runtime, store: { ...runtime.store, get: down, create: down } }),
    });
    expect((await broken.post('/images/', body, { 'idempotency-key': 'k' })).status).toBe(503);
    expect(await published(broken.runtime.log)).toEqual([]);
    expect((await broken.post('/images/', body)).status).toBe(202);
  });
});
