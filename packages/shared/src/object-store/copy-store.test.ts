import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { copyStore } from './copy-store.ts';
import { openFolderObjectStore } from './folder/folder-object-store.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

test('a copy has every object under its key; what is there already stays, and a second copy does nothing', async () => {
  const open = async () => await openFolderObjectStore(await mkdtemp(join(tmpdir(), 'darkroom-copy-')));
  await using from = await open();
  await using to = await open();
  const keys = ['jobs/a/0/outcome.json', 'jobs/é 😀/0/x.png', 'idempotency/z.json'];
  for (const key of keys) await from.put(key, bytes(key), { contentType: 'text/plain' });
  await to.put('idempotency/z.json', bytes('decided there'), { contentType: 'text/plain' });
  expect(await copyStore(from, to)).toEqual({ copied: 2, there: 1 });
  expect(await copyStore(from, to)).toEqual({ copied: 0, there: 3 });
  expect(Buffer.from((await to.get('jobs/é 😀/0/x.png'))?.body ?? []).toString()).toBe('jobs/é 😀/0/x.png');
  expect(Buffer.from((await to.get('idempotency/z.json'))?.body ?? []).toString()).toBe('decided there');
});
