import { expect, test } from 'vitest';
import { startCrashStack } from './crash-stack.ts';
import { readEvents } from './judge.ts';
import { settled } from './web-client.ts';

test('a job that always fails is tried four times and dead-lettered with all causes, and others flow meanwhile', async () => {
  await using crash = await startCrashStack({ workers: 1, webs: 1 });
  const { ledger } = crash;
  const [web = ''] = crash.stack.webUrls;
  const poison = await ledger.submit('fake:fail');
  const others = await Promise.all(Array.from({ length: 10 }, (_, i) => ledger.submit(`a dog ${i}`)));
  for (const id of others) expect((await settled(web, id)).status).toBe('completed');
  const dead = await settled(web, poison);
  expect(dead).toMatchObject({ status: 'failed', attempt: 4, error: { code: 'ENGINE_FAILURE' } });
  expect(dead.attempts.map(({ attempt, cause }) => [attempt, cause?.code])).toEqual(
    [1, 2, 3, 4].map((attempt) => [attempt, 'ENGINE_FAILURE']),
  );
  const events = (await readEvents(crash.outside.log)).get(poison) ?? [];
  const letter = events.map(({ event }) => event).find((event) => event.type === 'dead_lettered');
  expect(letter?.causes).toHaveLength(4);
  expect(new Set(events.filter(({ event }) => event.type === 'started').map(({ event }) => event.eventId)).size).toBe(
    4,
  );
});

test('jobs that kill their engine end as WORKER_CRASHED, and with one for each worker all others are done', async () => {
  await using crash = await startCrashStack({ workers: 2, webs: 1 });
  const { ledger } = crash;
  const [web = ''] = crash.stack.webUrls;
  const killers = [await ledger.submit('fake:exit'), await ledger.submit('fake:exit')];
  const others = await Promise.all(Array.from({ length: 20 }, (_, i) => ledger.submit(`a dog ${i}`)));
  for (const id of others) expect((await settled(web, id, 120_000)).status).toBe('completed');
  for (const id of killers) {
    expect(await settled(web, id, 120_000)).toMatchObject({ status: 'failed', error: { code: 'WORKER_CRASHED' } });
  }
});

test('an engine that is killed every 5 s for a minute under load puts no job into the dead letters', async () => {
  await using crash = await startCrashStack({ workers: 1, webs: 1, env: { sidecar: { DELAY_FACTOR: '0.1' } } });
  const { ledger } = crash;
  const [web = ''] = crash.stack.webUrls;
  const until = performance.now() + 60_000;
  const killing = (async () => {
    while (performance.now() < until) {
      await new Promise((wake) => setTimeout(wake, 5000));
      crash.stack.processes.get('diffusion-1')?.kill('SIGKILL');
    }
  })();
  // Three clients, so that there is always a queue.
  const ids: string[] = [];
  const client = async () => {
    while (performance.now() < until) {
      const id = await ledger.submit('fake:step-ms=60');
      ids.push(id);
      await settled(web, id, 120_000);
    }
  };
  await Promise.all([client(), client(), client(), killing]);
  await crash.drained(60_000);
  const verdict = await crash.verdict();
  expect(verdict.faults).toEqual([]);
  expect(verdict.outcomes).toEqual({ completed: ids.length });
});
