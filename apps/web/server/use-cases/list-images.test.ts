import { accepted, jobs, models, problem, samplers } from '@darkroom/shared/schemas/api';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { facts, settle } from '../testing/events.ts';
import { startWebRig, until, type WebRig } from '../testing/web-rig.ts';

let rig: WebRig;
const ids: string[] = [];
beforeAll(async () => {
  rig = await startWebRig();
  for (let number = 0; number < 25; number += 1) ids.unshift((await rig.submit()).id);
});
afterAll(async () => {
  await rig[Symbol.asyncDispose]();
});

async function list(query: string) {
  const response = await rig.call(`/images/${query}`);
  const link = response.headers.get('link');
  return {
    found: jobs.parse(await response.json()).map(({ id }) => id),
    next: /<([^>]+)>; rel="next"/.exec(link ?? '')?.[1],
  };
}

describe('the list', () => {
  test('is newest first, twenty unless asked otherwise', async () => {
    expect((await list('')).found).toEqual(ids.slice(0, 20));
    expect((await list('?limit=3&offset=2')).found).toEqual(ids.slice(2, 5));
    expect((await list('?limit=100')).found).toEqual(ids);
    expect((await list('?offset=1000')).found).toEqual([]);
  });

  test('pages by its links without repeat or gap while new jobs arrive', async () => {
    await using fresh = await startWebRig();
    const all: string[] = [];
    for (let number = 0; number < 12; number += 1) all.unshift((await fresh.submit()).id);
    const seen: string[] = [];
    for (let url: string | undefined = '/images/?limit=5'; url; ) {
      const response = await fresh.call(url);
      seen.push(...jobs.parse(await response.json()).map(({ id }) => id));
      url = /<([^>]+)>; rel="next"/.exec(response.headers.get('link') ?? '')?.[1];
      await fresh.submit();
    }
    expect(seen).toEqual(all);
  });

  test('is narrowed to a status, a model or a grouping, and so are its further pages', async () => {
    await using fresh = await startWebRig();
    for (let i = 0; i < 5; i += 1) await fresh.submit({}, { grouping: i % 2 === 0 ? 'even & more' : 'odd' });
    const first = await fresh.call(`/images/?limit=2&grouping=${encodeURIComponent('even & more')}`);
    const further = /<[^>]*(\/images\/[^>]*)>/.exec(first.headers.get('link') ?? '')?.[1] ?? '';
    const rest = await fresh.call(further);
    const found = [...jobs.parse(await first.json()), ...jobs.parse(await rest.json())];
    expect(found.map(({ metadata }) => metadata['grouping'])).toEqual(Array(3).fill('even & more'));
    expect(new Set(found.map(({ id }) => id)).size).toBe(3);
    const count = async (query: string) => jobs.parse(await (await fresh.call(`/images/?${query}`)).json()).length;
    expect(await count('status=waiting')).toBe(5);
    expect(await count('status=completed')).toBe(0);
    expect(await count('model=demo&status=waiting&grouping=odd')).toBe(2);
    expect(await count('model=other')).toBe(0);
  });

  test('has no next page at its end', async () => {
    expect((await list('?limit=25')).next).toBeUndefined();
    expect((await list('?limit=24')).next).toBe(`http://localhost:8000/images/?limit=24&cursor=${ids[23]}`);
  });

  test.each([
    ['limit=0', ['/limit']],
    ['limit=101', ['/limit']],
    ['limit=x', ['/limit']],
    ['limit=', ['/limit']],
    ['limit=1.5', ['/limit']],
    ['offset=-1', ['/offset']],
    ['cursor=x', ['/cursor']],
    ['page=2', ['/page']],
    ['limit=2&limit=3', ['/limit']],
    ['status=done', ['/status']],
    ['limit=0&offset=x', ['/limit', '/offset']],
    ['offset=1&cursor=01a2120f-0000-7000-8000-000000000000', ['/offset']],
  ])('?%s is refused', async (query, pointers) => {
    const response = await rig.call(`/images/?${query}`);
    const answer = problem.parse(await response.json());
    expect([response.status, answer.errors?.map(({ pointer }) => pointer)]).toEqual([422, pointers]);
  });
});

describe('what is known of a job', () => {
  test('its place in the queue, and an estimate once there is something to judge by', async () => {
    await using fresh = await startWebRig();
    const [first, second, third] = [await fresh.submit(), await fresh.submit(), await fresh.submit()];
    const ofThird = async () => await fresh.job(third?.id ?? '');
    expect(await ofThird()).toMatchObject({ status: 'waiting', position: 3, estimate_seconds: null });
    await settle(fresh.runtime.log, fresh.runtime.store, facts.completed(first?.id ?? '', []));
    await until(async () => (await ofThird()).position === 2);
    // One job took 1 s; one is before this one.
    expect((await ofThird()).estimate_seconds).toBe(2);
    const done = await fresh.job(first?.id ?? '');
    expect(done).toMatchObject({
      status: 'completed',
      position: null,
      estimate_seconds: null,
      timings: { total_ms: 1000 },
    });
    expect(done.complete_time).toBe(done.end_time);
    expect(accepted.safeParse(second).success).toBe(true);
  });
});

test('models and samplers are as documented', async () => {
  const listed = models.parse(await (await rig.call('/models/')).json());
  expect(listed).toMatchObject({ default_model: 'demo', models: [{ id: 'demo' }] });
  const known = samplers.parse(await (await rig.call('/samplers')).json());
  expect(known.samplers.map(({ id }) => id)).toContain('euler');
});
