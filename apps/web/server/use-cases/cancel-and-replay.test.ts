import { randomUUID } from 'node:crypto';
import { decisionKeys } from '@darkroom/shared/decisions/decision-keys';
import { type Requested, requested } from '@darkroom/shared/schemas/events';
import { TOPICS } from '@darkroom/shared/schemas/topics';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { facts, published, settle, storePicture } from '../testing/events.ts';
import { startWebRig, type WebRig } from '../testing/web-rig.ts';

let rig: WebRig;
beforeAll(async () => {
  rig = await startWebRig();
});
afterAll(async () => {
  await rig[Symbol.asyncDispose]();
});

const eventsOf = async (id: string, type: string) =>
  (await published(rig.runtime.log)).filter(({ key, event }) => key === id && event.type === type);
const cancel = (id: string, body: unknown = {}) => rig.post(`/images/${id}/cancel`, body);
const replay = (id: string, body: unknown = {}) => rig.post(`/images/${id}/replay`, body);
const requestOf = async (id: string): Promise<Requested> =>
  requested.parse((await eventsOf(id, 'requested'))[0]?.event);
async function failedJob(): Promise<string> {
  const { id } = await rig.submit();
  await settle(rig.runtime.log, rig.runtime.store, facts.deadLettered(await requestOf(id)));
  return id;
}

describe('cancel', () => {
  test('a waiting job is cancelled, and the answer shows it', async () => {
    const { id } = await rig.submit();
    const response = await cancel(id, { reason: 'a mistake' });
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({
      id,
      status: 'cancelled',
      complete_time: null,
      end_time: expect.any(String),
    });
    expect(response.headers.get('x-darkroom-position')).toMatch(/^cancelled_txt2img_generation=/);
    expect((await rig.job(id)).status).toBe('cancelled');
    expect((await eventsOf(id, 'cancelled'))[0]?.event).toMatchObject({ actor: 'local', reason: 'a mistake' });
  });

  test('cancelled again it is the same cancel, published again byte for byte', async () => {
    const { id } = await rig.submit();
    const responses = await Promise.all([cancel(id), cancel(id), cancel(id)]);
    expect(responses.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect((await cancel(id)).status).toBe(200);
    expect(new Set((await eventsOf(id, 'cancelled')).map(({ text }) => text)).size).toBe(1);
  });

  test('a cancel that loses to the worker is told so', async () => {
    const { id } = await rig.submit();
    await settle(rig.runtime.log, rig.runtime.store, facts.completed(id, []));
    const response = await cancel(id);
    expect(response.status).toBe(409);
    expect(await response.json()).toMatchObject({ code: 'CONFLICT', job_status: 'completed' });
    expect(await eventsOf(id, 'cancelled')).toEqual([]);
  });

  test('cancel and completion at once: one outcome, and both know which', async () => {
    for (let round = 0; round < 20; round += 1) {
      const { id } = await rig.submit();
      const [response, standing] = await Promise.all([
        cancel(id),
        settle(rig.runtime.log, rig.runtime.store, facts.completed(id, [])),
      ]);
      expect(response.status).toBe(standing.type === 'cancelled' ? 200 : 409);
      const outcomes = (await published(rig.runtime.log)).filter(
        ({ key, event }) => key === id && event.type !== 'requested',
      );
      expect(new Set(outcomes.map(({ text }) => text)).size).toBe(1);
    }
  });

  test('an outcome that was decided and never published is published by the cancel that meets it', async () => {
    const { id } = await rig.submit();
    const event = facts.completed(id, []);
    const bytes = new TextEncoder().encode(JSON.stringify(event));
    await rig.runtime.store.create(decisionKeys.outcome(id, 0), bytes, { contentType: 'application/json' });
    expect((await cancel(id)).status).toBe(409);
    expect((await eventsOf(id, 'completed')).map(({ text }) => text)).toEqual([JSON.stringify(event)]);
    expect((await rig.job(id)).status).toBe('completed');
  });

  test('unknown jobs are 404, wrong bodies 4xx, and nothing is decided', async () => {
    expect((await cancel(randomUUID())).status).toBe(404);
    expect((await cancel('nope')).status).toBe(422);
    const { id } = await rig.submit();
    expect((await cancel(id, '{')).status).toBe(400);
    expect((await cancel(id, { epoch: 1 })).status).toBe(422);
    const tooLong = await cancel(id, { reason: 'x'.repeat(501) });
    expect(await tooLong.json()).toMatchObject({
      status: 422,
      errors: [{ pointer: '/reason', detail: 'must have at most 500 characters' }],
    });
    expect((await cancel(id, '')).status).toBe(200);
  });
});

describe('replay', () => {
  test('a failed job runs again as its next epoch, same id, person, seed, settings and trace', async () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const sent = await rig.post(
      '/images/',
      { generation_settings: { prompt: 'x' }, metadata: { a: 'b' } },
      { traceparent },
    );
    const { id } = (await sent.json()) as { id: string };
    const before = await rig.job(id);
    await settle(rig.runtime.log, rig.runtime.store, facts.deadLettered(await requestOf(id)));
    const response = await replay(id, { epoch: 0, reason: 'fixed' });
    expect([response.status, await response.json()]).toEqual([202, { message: 'Request is being processed', id }]);
    const after = await rig.job(id);
    expect(after).toMatchObject({ status: 'waiting', epoch: 1, error: null });
    for (const key of ['generation_settings', 'metadata', 'request_time', 'resolved_settings'] as const) {
      expect(after[key]).toEqual(before[key]);
    }
    const again = (await eventsOf(id, 'requested'))[1];
    expect(again?.event).toMatchObject({ epoch: 1, submittedBy: 'local', replayedBy: 'local', replayReason: 'fixed' });
    expect(again?.properties).toEqual({ traceparent });
    expect((await eventsOf(id, 'replayed'))[0]).toMatchObject({
      topic: TOPICS.deadLetterActions,
      event: { epoch: 0, actor: 'local', reason: 'fixed' },
    });
  });

  test('pressed twice, or five times at once, it is one replay', async () => {
    const id = await failedJob();
    const responses = await Promise.all(Array.from({ length: 5 }, () => replay(id, { epoch: 0 })));
    responses.push(await replay(id, { epoch: 0 }));
    expect(responses.map(({ status }) => status)).toEqual(Array(6).fill(202));
    const requests = (await eventsOf(id, 'requested')).filter(({ event }) => 'epoch' in event && event.epoch === 1);
    expect(new Set(requests.map(({ text }) => text)).size).toBe(1);
    expect(new Set((await eventsOf(id, 'replayed')).map(({ text }) => text)).size).toBe(1);
    expect((await rig.job(id)).epoch).toBe(1);
  });

  test('without naming the epoch, the second press finds the job waiting', async () => {
    const id = await failedJob();
    expect((await replay(id)).status).toBe(202);
    const second = await replay(id);
    expect([second.status, await second.json()]).toEqual([409, expect.objectContaining({ job_status: 'waiting' })]);
  });

  test('a cancelled job can be replayed, its next epoch too', async () => {
    const { id } = await rig.submit();
    await cancel(id);
    expect((await replay(id, { epoch: 0 })).status).toBe(202);
    await cancel(id);
    expect((await replay(id, { epoch: 1 })).status).toBe(202);
    expect(await rig.job(id)).toMatchObject({ status: 'waiting', epoch: 2 });
  });

  test('waiting and completed jobs and epochs to come cannot be', async () => {
    const { id } = await rig.submit();
    expect((await replay(id)).status).toBe(409);
    expect((await replay(id, { epoch: 3 })).status).toBe(409);
    const picture = await storePicture(rig.runtime.store, id, 0, new Uint8Array([1]));
    await settle(rig.runtime.log, rig.runtime.store, facts.completed(id, [picture]));
    const response = await replay(id);
    expect([response.status, await response.json()]).toEqual([
      409,
      expect.objectContaining({ job_status: 'completed' }),
    ]);
    expect((await replay(randomUUID())).status).toBe(404);
    expect((await replay(id, { epoch: '0' })).status).toBe(422);
  });
});
