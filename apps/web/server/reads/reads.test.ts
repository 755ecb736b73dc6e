import { randomUUID } from 'node:crypto';
import type { EventLog } from '@darkroom/shared/event-log/event-log';
import { createIds } from '@darkroom/shared/ids/ids';
import { TOPICS } from '@darkroom/shared/schemas/topics';
import { describe, expect, test } from 'vitest';
import { startWebRig, until } from '../testing/web-rig.ts';
import { sharedCalls } from './read-barrier.ts';
import { createReadiness } from './readiness.ts';

const idOf = (ms: number) => createIds({ now: () => ms }).next();

describe('reads never lie', () => {
  test('a job posted to one web is there at the other at once, 200 times', async () => {
    await using a = await startWebRig();
    await using b = await startWebRig({ data: a.data });
    const statuses: number[] = [];
    for (let round = 0; round < 200; round += 1) {
      const [to, at] = round % 2 ? [a, b] : [b, a];
      const { id } = await to.submit();
      statuses.push((await at.call(`/images/${id}/`)).status);
    }
    expect(statuses.filter((status) => status !== 200)).toEqual([]);
  }, 60_000);

  test('a replica that is behind says 503 and never 404, then 200', async () => {
    await using a = await startWebRig();
    await using b = await startWebRig({ data: a.data });
    b.projection.pause();
    const { id } = await a.submit();
    const early = await b.call(`/images/${id}/`);
    expect([early.status, early.headers.get('retry-after')]).toEqual([503, '1']);
    b.projection.resume();
    expect((await b.call(`/images/${id}/`)).status).toBe(200);
  });

  test('an id of long ago is 404 at once, without asking the log', async () => {
    await using rig = await startWebRig({
      replace: (runtime) => ({
        ...runtime,
        barrier: { ...runtime.barrier, ends: () => Promise.reject(new Error('the log was asked')) },
      }),
    });
    const response = await rig.call(`/images/${idOf(Date.now() - 3_600_000)}/`);
    expect([response.status, await response.json()]).toEqual([
      404,
      expect.objectContaining({ detail: 'Image not found' }),
    ]);
  });

  test.each([
    ['of this moment', () => createIds().next()],
    ['of the future', () => idOf(Date.now() + 86_400_000)],
    ['that tells no time', () => randomUUID()],
    ['of all ones', () => 'ffffffff-ffff-7fff-bfff-ffffffffffff'],
  ])('an unknown id %s is 404 after the read model has passed the end', async (_name, id) => {
    await using rig = await startWebRig();
    expect((await rig.call(`/images/${id()}/`)).status).toBe(404);
  });

  test('any spelling of an id is taken; what is no UUID is 422', async () => {
    await using rig = await startWebRig();
    const { id } = await rig.submit();
    for (const spelling of [id.toUpperCase(), id.replaceAll('-', ''), `{${id}}`, `urn:uuid:${id}`]) {
      const response = await rig.call(`/images/${encodeURIComponent(spelling)}/`);
      expect([response.status, ((await response.json()) as { id: string }).id]).toEqual([200, id]);
    }
    for (const no of ['nope', `${id}0`, '..%2f..%2fx', '%00', 'a%5cb', id.slice(1)]) {
      expect((await rig.call(`/images/${no}/`)).status).toBe(422);
    }
  });

  test('a read that brings a position waits for it', async () => {
    await using a = await startWebRig();
    await using b = await startWebRig({ data: a.data });
    b.projection.pause();
    const response = await a.post('/images/', { generation_settings: { prompt: 'x' } });
    const position = response.headers.get('x-darkroom-position') ?? '';
    expect(position).toMatch(/^requested_txt2img_generation_high=\d+$/);
    const waiting = b.call('/images/', { headers: { 'x-darkroom-position': position } });
    b.projection.resume();
    expect(await (await waiting).json()).toHaveLength(1);
  });

  test.each([
    'nonsense',
    'a=b=c',
    `${TOPICS.requested}=x`,
    `${TOPICS.requested}=-1`,
    'other_topic=5',
    `${TOPICS.requested}=%zz`,
    `${TOPICS.requested}=99999999`,
    ','.repeat(500),
  ])('the position %j means nothing and does no harm', async (position) => {
    await using rig = await startWebRig();
    const response = await rig.call('/images/', { headers: { 'x-darkroom-position': position } });
    expect(response.status).toBe(200);
  });

  test('a queue whose subscription was removed takes no jobs until it is there again', async () => {
    let removed = false;
    let skewMs = 0;
    await using web = await startWebRig({
      replace: (runtime) => {
        const backlog: EventLog['backlog'] = async (...asked) => (removed ? null : await runtime.log.backlog(...asked));
        const log = { ...runtime.log, backlog };
        return {
          ...runtime,
          readiness: createReadiness({ ...runtime, log, clock: { now: () => Date.now() + skewMs } }),
        };
      },
    });
    expect(await web.submit()).toHaveProperty('id');
    removed = true;
    skewMs = 2000;
    const refused = await web.post('/images/', { generation_settings: { prompt: 'x' } });
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1']);
    expect(await (await web.call('/ready')).text()).toContain('no subscription of the workers');
    removed = false;
    expect(await web.submit()).toHaveProperty('id');
  });

  test('a projector that fell silent makes the replica not ready, and jobs are still taken', async () => {
    let skewMs = 0;
    await using quiet = await startWebRig({
      replace: (runtime) => {
        const clock = { now: () => Date.now() + skewMs };
        return { ...runtime, readiness: createReadiness({ ...runtime, clock }) };
      },
    });
    expect((await quiet.call('/ready')).status).toBe(200);
    skewMs = 60_000;
    const ready = await quiet.call('/ready');
    expect([ready.status, await ready.text()]).toEqual([503, expect.stringContaining('projector was last up to date')]);
    expect(await quiet.submit()).toHaveProperty('id');
  });

  test('without a read model reads are 503', async () => {
    await using rig = await startWebRig();
    await using bare = await startWebRig({
      data: rig.data,
      listModels: false,
      replace: (runtime) => ({ ...runtime, reader: unready(runtime.reader) }),
    });
    for (const path of ['/images/', `/images/${idOf(Date.now())}/`, '/models']) {
      const response = await bare.call(path);
      expect([response.status, response.headers.get('retry-after')]).toEqual([503, '1']);
    }
    expect((await bare.call('/health/')).status).toBe(200);
  });
});

/** As the reader is until its projector has made the file. */
function unready<T extends object>(reader: T): T {
  return new Proxy(reader, {
    get: () => () => {
      throw Object.assign(new Error('The read model is being made'), {
        ...{ name: 'DarkroomError', code: 'NOT_READY', context: {}, retryAfterSeconds: 1 },
      });
    },
  });
}

describe('shared look-ups', () => {
  test('a call during a look-up gets the next one, which all that wait share', async () => {
    const ends: (() => void)[] = [];
    let calls = 0;
    const look = sharedCalls(async () => {
      calls += 1;
      const number = calls;
      await new Promise<void>((resolve) => ends.push(resolve));
      return number;
    });
    const first = look();
    await until(() => calls === 1);
    const during = [look(), look(), look()];
    ends[0]?.();
    expect(await first).toBe(1);
    await until(() => calls === 2);
    const later = look();
    ends[1]?.();
    expect(await Promise.all(during)).toEqual([2, 2, 2]);
    await until(() => calls === 3);
    ends[2]?.();
    expect(await later).toBe(3);
  });

  test('a look-up that fails does not fail the next', async () => {
    let calls = 0;
    const look = sharedCalls(async () => {
      calls += 1;
      if (calls === 1) throw new Error('away');
      return calls;
    });
    const first = look();
    const second = look();
    await expect(first).rejects.toThrow('away');
    expect(await second.catch(() => look())).toBe(2);
  });
});
