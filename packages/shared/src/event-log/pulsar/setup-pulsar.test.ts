import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { LogPlan } from '../event-log.ts';
import { pulsarForTests, TEST_TENANT } from './pulsar-for-tests.ts';
import { setupPulsar } from './setup-pulsar.ts';

const pulsar = await pulsarForTests();

describe.skipIf(pulsar === null)('the setup of Pulsar', () => {
  if (pulsar === null) return;
  const { admin } = pulsar;
  const plan = { topics: ['queue', 'facts'], subscriptions: [{ topic: 'queue', name: 'workers' }] };
  const run = async (name: string, wanted: LogPlan = plan) => {
    const lines: string[] = [];
    const namespaces = [{ name, plan: wanted }];
    await setupPulsar({ admin, tenant: TEST_TENANT, namespaces, quorums: null, say: (line) => lines.push(line) });
    return lines.filter((line) => !line.startsWith('to do'));
  };
  const policy = async (name: string, path: string): Promise<unknown> =>
    JSON.parse((await admin.call('GET', `namespaces/${TEST_TENANT}/${name}/${path}`, 'look')).body);

  test('makes everything the first time and changes nothing the second', async () => {
    const name = `setup-${randomUUID()}`;
    const first = await run(name);
    expect(first.filter((line) => line.startsWith('created: topic')).length).toBe(2);
    expect(first.filter((line) => line.startsWith('created: subscription workers')).length).toBe(1);
    const second = await run(name);
    expect(second.filter((line) => !line.startsWith('already so: '))).toEqual([]);
    expect(second.length).toBe(first.length);
    await using log = pulsar.open({ namespace: name });
    expect(await log.backlog('queue', 'workers')).toEqual({ ready: 0, delayed: 0, held: 0 });
  });

  test('keeps the work of a subscription that is there', async () => {
    const name = `setup-${randomUUID()}`;
    await run(name);
    await using log = pulsar.open({ namespace: name });
    for (const text of ['1', '2']) await log.publish('queue', { key: text, payload: Buffer.from(text) });
    await using consumer = await log.consume('workers', [{ topic: 'queue', weight: 1 }]);
    await (await consumer.pull()).acknowledge();
    await run(name);
    await expect.poll(() => log.backlog('queue', 'workers')).toEqual({ ready: 1, delayed: 0, held: 0 });
  });

  test('mends a namespace that deletes by size, keeps the copies that it has, and lets nothing expire', async () => {
    const name = `setup-${randomUUID()}`;
    const post = (path: string, json: unknown) =>
      admin.call('POST', `namespaces/${TEST_TENANT}/${name}/${path}`, 'prepare', { json });
    await admin.call('PUT', `namespaces/${TEST_TENANT}/${name}`, 'prepare');
    // apache/pulsar#7372, #4740: without end by time, and not at all by size.
    await post('retention', { retentionTimeInMinutes: -1, retentionSizeInMB: 0 });
    await post('messageTTL', 60);
    const copies = { bookkeeperEnsemble: 3, bookkeeperWriteQuorum: 3, bookkeeperAckQuorum: 2 };
    await post('persistence', { ...copies, managedLedgerMaxMarkDeleteRate: 1 });
    // No topics: these copies need three bookies, which a standalone broker has not.
    await run(name, { topics: [], subscriptions: [] });
    expect(await policy(name, 'retention')).toEqual({ retentionTimeInMinutes: -1, retentionSizeInMB: -1 });
    expect(await policy(name, 'messageTTL')).toBe(0);
    expect(await policy(name, 'persistence')).toMatchObject({ ...copies, managedLedgerMaxMarkDeleteRate: 0 });
    expect(await policy(name, 'deduplication')).toBe(false);
  });

  test('refuses a topic that somebody made partitioned, in a sentence', async () => {
    const name = `setup-${randomUUID()}`;
    await run(name);
    await admin.call('PUT', `persistent/${TEST_TENANT}/${name}/split/partitions`, 'prepare', { json: 2 });
    await expect(run(name, { topics: ['split'], subscriptions: [] })).rejects.toThrow(
      /split is partitioned.*delete it and run the setup/,
    );
    await using log = pulsar.open({ namespace: name });
    await expect(log.publish('split', { key: 'k', payload: Buffer.from('x') })).rejects.toThrow(/split is partitioned/);
    await expect(log.consume('workers', [{ topic: 'split', weight: 1 }])).rejects.toThrow(/split is partitioned/);
    await expect(log.lastPosition('split')).rejects.toThrow(/split is partitioned/);
  });
});
