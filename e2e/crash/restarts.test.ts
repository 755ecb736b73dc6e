import { setTimeout as sleep } from 'node:timers/promises';
import { createIds } from '@darkroom/shared/ids/ids';
import { encodeEvent } from '@darkroom/shared/schemas/read-event';
import { PERSISTENT_TOPICS, TOPICS } from '@darkroom/shared/schemas/topics';
import { expect, test } from 'vitest';
import { modelsListed } from '../../infra/local/bench/finished-job.ts';
import { startStack } from '../../infra/local/stack.ts';
import { startCrashStack } from './crash-stack.ts';
import { readEvents } from './judge.ts';
import { askFor, settled } from './web-client.ts';

/** Minutes of waiting: by hand. */
const LONG = process.env['CHAOS'] === 'long';

test('a poison job has exactly four attempts, also when worker and broker restart between them, and keeps causes, key, trace and metadata', async () => {
  const trace = '0af7651916cd43dd8448eb211c80319c';
  // Three workers: more takers must not mean more letters.
  await using crash = await startCrashStack({ workers: 3, webs: 1, env: { sidecar: { DELAY_FACTOR: '0.1' } } });
  const [web = ''] = crash.stack.webUrls;
  const poison = await crash.ledger.submit('fake:fail', {}, { traceparent: `00-${trace}-b7ad6b7169203331-01` });
  const attemptsOf = async () =>
    (await askFor(web, poison))?.attempts.filter(({ cause }) => cause !== null).length ?? 0;
  const until = async (failed: number) => {
    while ((await attemptsOf()) < failed) await sleep(20);
  };
  await until(1);
  crash.stack.processes.get('sidecar-1')?.kill('SIGKILL');
  await until(2);
  await crash.engines.services?.named('pulsar').restart();
  expect(await settled(web, poison, 120_000)).toMatchObject({ status: 'failed', attempt: 4 });
  await crash.drained(60_000);

  const events = [
    ...new Map(
      ((await readEvents(crash.outside.log)).get(poison) ?? []).map((each) => [each.event.eventId, each.event]),
    ).values(),
  ];
  const failures = events.filter((event) => event.type === 'failed');
  expect(failures.map(({ attempt }) => attempt).sort()).toEqual([1, 2, 3, 4]);
  const letter = events.find((event) => event.type === 'dead_lettered');
  expect(letter?.causes.map(({ attempt, code }) => [attempt, code])).toEqual(
    [1, 2, 3, 4].map((n) => [n, 'ENGINE_FAILURE']),
  );
  expect(letter?.request.metadata).toEqual({ grouping: 'crash' });
  for (const topic of PERSISTENT_TOPICS) {
    for await (const messages of crash.outside.log.read(topic, { after: null, follow: false })) {
      for (const { key, properties, payload } of messages) {
        if (!new TextDecoder().decode(payload).includes(poison)) continue;
        expect([key, properties['traceparent']]).toEqual([poison, expect.stringContaining(trace)]);
      }
    }
  }
});

test('a job that was accepted before any worker ever ran is done', async () => {
  await using crash = await startCrashStack({ workers: 0, webs: 1, ready: false });
  const catalog = encodeEvent(modelsListed(createIds()));
  await crash.outside.log.publish(TOPICS.modelCatalog, { key: 'none', payload: catalog });
  const accepted = [await crash.ledger.submit('a dog'), await crash.ledger.submit('a cat')];
  const { data, engines } = crash;
  await using _workers = await startStack({ web: 'production', engine: 'fake', data, engines: engines.env, webs: 0 });
  const [web = ''] = crash.stack.webUrls;
  for (const id of accepted) expect((await settled(web, id)).status).toBe('completed');
  await crash.drained(30_000);
  expect((await crash.verdict()).faults).toEqual([]);
});

test.runIf(LONG)('six minutes of one job are delivered once', { timeout: 900_000 }, async () => {
  await using crash = await startCrashStack({ workers: 2, webs: 1 });
  const [web = ''] = crash.stack.webUrls;
  const slow = await crash.ledger.submit('fake:step-ms=90000');
  expect(await settled(web, slow, 600_000)).toMatchObject({ status: 'completed', attempt: 1 });
  const events = (await readEvents(crash.outside.log)).get(slow) ?? [];
  expect(events.filter(({ event }) => event.type === 'started')).toHaveLength(1);
});

test.runIf(LONG)(
  'the job of a frozen worker is elsewhere within 90 s, and the frozen one loses when it wakes',
  { timeout: 600_000 },
  async () => {
    await using crash = await startCrashStack({ workers: 2, webs: 1 });
    const [web = ''] = crash.stack.webUrls;
    const id = await crash.ledger.submit('fake:step-ms=1000');
    const startedBy = async () => (await askFor(web, id))?.attempts.at(-1)?.worker ?? null;
    while ((await startedBy()) === null) await sleep(20);
    const first = (await startedBy()) ?? '';
    const sidecar = crash.stack.processes.get(first.replace('worker', 'sidecar'));
    sidecar?.kill('SIGSTOP');
    const frozenAt = performance.now();
    const { completed } = await waitForCompleted();
    expect(performance.now() - frozenAt).toBeLessThan(90_000 + 10_000);
    expect(completed).not.toBe(first);
    sidecar?.kill('SIGCONT');
    await crash.drained(60_000);
    await sleep(3000);
    expect((await crash.verdict()).faults).toEqual([]);

    async function waitForCompleted() {
      await settled(web, id, 120_000);
      const events = (await readEvents(crash.outside.log)).get(id) ?? [];
      const event = events.map((each) => each.event).find((each) => each.type === 'completed');
      return { completed: event?.workerId };
    }
  },
);
