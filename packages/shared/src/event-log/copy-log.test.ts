import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { copyLog } from './copy-log.ts';
import { openEmbeddedEventLog } from './embedded/embedded-event-log.ts';

const TOPICS = ['jobs', 'facts', 'quiet'];

async function emptyLog() {
  const folder = await mkdtemp(join(tmpdir(), 'darkroom-copy-'));
  const log = await openEmbeddedEventLog({ folder, liveTopics: [] });
  await log.setup({ topics: TOPICS, subscriptions: [{ topic: 'jobs', name: 'workers' }] });
  return log;
}
const contents = async (log: Awaited<ReturnType<typeof emptyLog>>, topic: string) =>
  (await Array.fromAsync(log.read(topic, { after: null, follow: false })))
    .flat()
    .map(({ key, payload, properties }) => ({ key, properties, text: new TextDecoder().decode(payload) }));

test('copies every topic with keys, bytes, properties and order, and puts the work before the target’s subscription', async () => {
  await using from = await emptyLog();
  await using to = await emptyLog();
  for (let i = 0; i < 1200; i += 1) {
    const message = { key: `${i % 7}`, payload: Buffer.from(`{"n":${i}}`), properties: { traceparent: `00-${i}` } };
    void from.publish(i % 3 ? 'jobs' : 'facts', message);
  }
  await expect.poll(async () => (await contents(from, 'jobs')).length).toBe(800);
  const counts = await copyLog(from, to, TOPICS);
  expect([...counts]).toEqual([
    ['jobs', 800],
    ['facts', 400],
    ['quiet', 0],
  ]);
  for (const topic of TOPICS) expect(await contents(to, topic)).toEqual(await contents(from, topic));
  expect((await to.backlog('jobs', 'workers'))?.ready).toBe(800);
});

test('refuses a target that has messages, before it copies any', async () => {
  await using from = await emptyLog();
  await using to = await emptyLog();
  for (const log of [from, to]) await log.publish('facts', { key: 'k', payload: Buffer.from('x') });
  await from.publish('jobs', { key: 'k', payload: Buffer.from('x') });
  await expect(copyLog(from, to, TOPICS)).rejects.toThrow(/facts of the target already has messages/);
  expect(await contents(to, 'jobs')).toEqual([]);
});
