import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { eventLogContract } from '../event-log.contract.ts';
import { openEmbeddedEventLog } from './embedded-event-log.ts';
import { refuseNetworkFileSystem } from './refuse-network-file-system.ts';

const LEASE_TIMEOUT_MS = 600;

async function freshFolder(): Promise<string> {
  return await mkdtemp(join(tmpdir(), 'darkroom-log-'));
}
const open = async (folder: string) =>
  await openEmbeddedEventLog({ folder, liveTopics: ['live'], leaseTimeoutMs: LEASE_TIMEOUT_MS });

const folder = await freshFolder();
eventLogContract('embedded', {
  open: async () => ({ a: await open(folder), b: await open(folder) }),
  liveTopic: 'live',
  leaseTimeoutMs: LEASE_TIMEOUT_MS,
  async abandonConsumer(topic, subscription) {
    const script = join(import.meta.dirname, 'abandon-consumer.ts');
    const holder = spawn(process.execPath, [script, folder, topic, subscription, String(LEASE_TIMEOUT_MS)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(holder.stdout, 'data');
    holder.kill('SIGKILL');
    await once(holder, 'exit');
  },
});

test('what was acknowledged as published survives the process', async () => {
  const own = await freshFolder();
  const first = await open(own);
  await first.setup({ topics: ['t'], subscriptions: [] });
  const position = await first.publish('t', { key: 'k', payload: new Uint8Array([1]) });
  // Not disposed: as after a kill, nothing gets the chance to flush.
  const second = await open(own);
  expect(await second.lastPosition('t')).toBe(position);
});

test('two logs that publish in tight loops both get on', async () => {
  const own = await freshFolder();
  const [a, b] = [await open(own), await open(own)];
  await a.setup({ topics: ['t'], subscriptions: [] });
  const counts = [0, 0];
  const until = performance.now() + 1500;
  await Promise.all(
    [a, b].map(async (log, i) => {
      while (performance.now() < until) {
        await log.publish('t', { key: 'k', payload: new Uint8Array(700) });
        counts[i] = (counts[i] ?? 0) + 1;
      }
    }),
  );
  const [left = 0, right = 0] = counts;
  expect(Math.min(left, right)).toBeGreaterThan(Math.max(left, right) / 10);
});

test('a network file system is refused in one sentence', () => {
  expect(() => refuseNetworkFileSystem('/data', () => ({ type: 0x6969 }))).toThrow(/NFS.*local disk/);
  expect(() => refuseNetworkFileSystem('/data', () => ({ type: -0xacb2be }))).toThrow(/CIFS|SMB/);
  expect(() => refuseNetworkFileSystem('/data', () => ({ type: 0xef53 }))).not.toThrow();
});

test('a damaged file of live topics is put aside, one of the record is named and kept', async () => {
  const damaged = await freshFolder();
  await (await open(damaged))[Symbol.asyncDispose]();
  const garbage = Buffer.alloc(8192, 'no database');
  await writeFile(join(damaged, 'live.sqlite'), garbage);
  await using log = await open(damaged);
  await log.publish('live', { key: 'k', payload: new Uint8Array() });
  const record = join(await freshFolder(), 'events.sqlite');
  await writeFile(record, garbage);
  await expect(open(join(record, '..'))).rejects.toThrow(record);
});
