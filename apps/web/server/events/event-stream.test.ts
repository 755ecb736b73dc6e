import type { Progress } from '@darkroom/shared/schemas/events';
import { encodeEvent } from '@darkroom/shared/schemas/read-event';
import { TOPICS } from '@darkroom/shared/schemas/topics';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { facts, listModelsInLog, MODEL, publishFact, settle } from '../testing/events.ts';
import { type SseMessage, sseReader } from '../testing/sse-reader.ts';
import { startWebRig, until, type WebRig } from '../testing/web-rig.ts';

let rig: WebRig;
beforeAll(async () => {
  rig = await startWebRig({ env: { WORKER_SILENT_MS: '1500' } });
  await untilFollowed();
});
afterAll(async () => {
  await rig[Symbol.asyncDispose]();
});

/** A read model that has just been made is noticed after a moment; until then streams get new snapshots in place of changes. */
async function untilFollowed(): Promise<void> {
  await using stream = await open();
  let followed = false;
  void stream.next('job').then(() => {
    followed = true;
  });
  await until(async () => {
    await rig.submit();
    return followed;
  });
}

async function open(path = '/events', headers: Record<string, string> = {}) {
  const abort = new AbortController();
  const response = await rig.call(path, { headers, signal: abort.signal });
  return { response, abort, ...sseReader(response) };
}

const jobOf = (message: SseMessage) => message.data as { id: string; status: string; metadata: Record<string, string> };

function progressOf(jobId: string, more: Partial<Progress> = {}): Progress {
  return {
    ...{ jobId, epoch: 0, attempt: 1, workerId: 'w-1', time: new Date().toISOString(), phase: 'denoising' as const },
    ...{ step: 1, steps: 4, pictures: 0, elapsedMs: 10, preview: null, ...more },
  };
}
const publishProgress = (progress: Progress) =>
  rig.runtime.log.publish(TOPICS.progress, { key: progress.jobId, payload: encodeEvent(progress) });
const publishStatus = (state: 'idle' | 'rendering', workerId = 'w-1') =>
  rig.runtime.log.publish(TOPICS.workerStatus, {
    key: workerId,
    payload: encodeEvent({ workerId, time: new Date().toISOString(), state, reason: null, jobs: [] }),
  });

describe('an event stream', () => {
  test('begins with what is, then brings each change', async () => {
    const { id: before } = await rig.submit();
    await using stream = await open();
    expect(Object.fromEntries(stream.response.headers)).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
    });
    const snapshot = await stream.next('snapshot');
    expect(snapshot.data).toMatchObject({ models: { default_model: 'demo' }, workers: expect.any(Array) });
    expect((snapshot.data as { jobs: { id: string }[] }).jobs.map(({ id }) => id)).toContain(before);
    const { id } = await rig.submit();
    expect(jobOf(await stream.next('job'))).toMatchObject({ id, status: 'waiting' });
    await publishStatus('rendering');
    await publishFact(rig.runtime.log, facts.started(id));
    expect(jobOf(await stream.next('job'))).toMatchObject({ id, status: 'rendering' });
    await settle(rig.runtime.log, rig.runtime.store, facts.completed(id, []));
    await stream.next('job', (message) => jobOf(message).status === 'completed');
  });

  test('carries any text in one line: no text begins another field', async () => {
    const evil = 'x\revent: completed\rdata: {}\n\ndata: y\r\n\u2028\u2029id: 1';
    await using stream = await open();
    await stream.next('snapshot');
    const { id } = await rig.submit({ prompt: evil }, { grouping: evil });
    const message = await stream.next('job');
    expect(message.data).toMatchObject({ id, metadata: { grouping: evil }, generation_settings: { prompt: evil } });
    expect(stream.fieldNames()).toEqual(new Set(['retry', 'id', 'event', 'data']));
  });

  test('goes on after a cut with what was missed, and begins anew after the read model was made anew', async () => {
    const first = await open();
    const snapshot = await first.next('snapshot');
    await first[Symbol.asyncDispose]();
    const missed = [await rig.submit(), await rig.submit()].map(({ id }) => id);
    await using again = await open('/events', { 'last-event-id': snapshot.id ?? '' });
    const messages = [await again.next('job'), await again.next('job')];
    expect(messages.map((message) => jobOf(message).id)).toEqual(missed);
    expect(messages[0]?.id).toMatch(/^[0-9a-f-]{36}:\d+$/);
    for (const id of ['00000000-0000-4000-8000-000000000000:1', 'nonsense', `${snapshot.id}x`]) {
      await using anew = await open('/events', { 'last-event-id': id });
      expect((await anew.next()).event).toBe('snapshot');
    }
  });

  test('of one job brings nothing of others', async () => {
    const { id } = await rig.submit();
    await using stream = await open(`/images/${id}/events`);
    expect((await stream.next('snapshot')).data).toMatchObject({ jobs: [{ id }] });
    await rig.submit();
    await rig.post(`/images/${id}/cancel`, {});
    const message = await stream.next('job');
    expect(jobOf(message)).toMatchObject({ id, status: 'cancelled' });
    expect((await rig.call('/images/01a2120f-0000-7000-8000-000000000000/events')).status).toBe(404);
    expect((await rig.call('/images/x/events')).status).toBe(422);
  });

  test('brings progress, newest attempt only, and the job shows it', async () => {
    const { id } = await rig.submit();
    await publishFact(rig.runtime.log, facts.started(id, 2));
    await publishStatus('rendering');
    await until(async () => (await rig.job(id)).status === 'rendering');
    await using stream = await open();
    await publishProgress(progressOf(id, { attempt: 2, step: 3 }));
    await publishProgress(progressOf(id, { attempt: 1, step: 4, time: new Date(Date.now() + 1000).toISOString() }));
    await publishProgress(progressOf(id, { attempt: 2, step: 4 }));
    const ofJob = (message: SseMessage) => jobOf(message).id === id;
    expect((await stream.next('progress', ofJob)).data).toMatchObject({ progress: { step: 3, steps: 4 } });
    expect((await stream.next('progress', ofJob)).data).toMatchObject({ progress: { step: 4 } });
    expect((await rig.job(id)).progress).toMatchObject({ step: 4, phase: 'denoising', elapsed_ms: 10 });
    await rig.post(`/images/${id}/cancel`, {});
    expect((await rig.job(id)).progress).toBeNull();
  });

  test('says when a worker falls silent and its job waits for another', async () => {
    const { id } = await rig.submit();
    await publishFact(rig.runtime.log, facts.started(id, 1, 'w-silent'));
    await publishStatus('rendering', 'w-silent');
    await using stream = await open();
    await stream.next('job', (message) => jobOf(message).id === id && jobOf(message).status === 'recovering');
    expect(await rig.job(id)).toMatchObject({ status: 'recovering', progress: null });
    await publishStatus('rendering', 'w-silent');
    await until(async () => (await rig.job(id)).status === 'rendering');
  });

  test('brings the models and the workers when they change', async () => {
    await using stream = await open();
    await stream.next('snapshot');
    await listModelsInLog(rig.runtime.log, [MODEL, { ...MODEL, id: 'other' }]);
    expect((await stream.next('models')).data).toMatchObject({ models: [{ id: 'demo' }, { id: 'other' }] });
    await publishStatus('idle', 'w-new');
    await stream.next('workers', ({ data }) => JSON.stringify(data).includes('"id":"w-new","state":"idle"'));
  });

  test('tells waiting jobs their new place', async () => {
    await using fresh = await startWebRig();
    const ids = [await fresh.submit(), await fresh.submit()].map(({ id }) => id);
    expect((await fresh.job(ids[1] ?? '')).position).toBe(2);
    const response = await fresh.call('/events');
    await using stream = { response, ...sseReader(response) };
    await stream.next('snapshot');
    // The hub has seen the places once before one of them changes.
    await new Promise((wake) => setTimeout(wake, 1200));
    await fresh.post(`/images/${ids[0]}/cancel`, {});
    const moved = await stream.next('job', (message) => jobOf(message).id === ids[1]);
    expect(moved.data).toMatchObject({ position: 1, status: 'waiting' });
  });

  test('500 connections that are cut leave no listener', async () => {
    const { hub } = rig.runtime;
    const before = hub.subscribers();
    for (let round = 0; round < 500; round += 1) {
      const abort = new AbortController();
      const response = await rig.call('/events', { signal: abort.signal });
      // Both ways in which a connection goes: its request is aborted, or its body is let go.
      if (round % 2) abort.abort();
      else await response.body?.cancel();
    }
    expect(hub.subscribers()).toBe(before);
    const abort = new AbortController();
    abort.abort();
    await rig.call('/events', { signal: abort.signal }).catch(() => undefined);
    expect((await rig.call('/events', { method: 'HEAD' })).status).toBe(200);
    expect(hub.subscribers()).toBe(before);
  });

  test('a client that does not read is dropped, and disturbs nobody', async () => {
    await using reader = await open();
    await reader.next('snapshot');
    const deaf = await rig.call('/events');
    const before = rig.runtime.hub.subscribers();
    const preview = `data:image/png;base64,${'A'.repeat(500_000)}`;
    const { id } = await rig.submit();
    for (let step = 1; step <= 20; step += 1) {
      await publishProgress(progressOf(id, { step, steps: 20, preview }));
      await reader.next('progress', (message) => JSON.stringify(message.data).includes(`"step":${step},`));
    }
    expect(rig.runtime.hub.subscribers()).toBe(before - 1);
    await deaf.body?.cancel();
  });

  test('ends when the server stops', async () => {
    await using fresh = await startWebRig();
    const response = await fresh.call('/events');
    fresh.runtime.hub.closeStreams();
    expect(await response.text()).toMatch(/^retry: 1000\n\nid: /);
    expect(await (await fresh.call('/events')).text()).toBe('');
  });
});
