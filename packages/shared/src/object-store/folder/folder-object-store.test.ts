import { mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { objectStoreContract } from '../object-store.contract.ts';
import { openFolderObjectStore } from './folder-object-store.ts';

async function folder(): Promise<string> {
  return await mkdtemp(join(tmpdir(), 'darkroom-store-'));
}

objectStoreContract('folder', async () => {
  const root = await folder();
  return { a: await openFolderObjectStore(root), b: await openFolderObjectStore(root) };
});

test('a link that leads out of the store is not followed', async () => {
  const root = await folder();
  onTestFinished(() => rm(root, { recursive: true }));
  const store = await openFolderObjectStore(root);
  await store.put('a/b', new Uint8Array([1]), { contentType: 'text/plain' });
  await writeFile(join(root, 'secret'), 'secret');
  await symlink(join(root, 'secret'), join(root, 'objects', 'a', 'link'));
  await symlink(root, join(root, 'objects', 'up'));
  expect(await store.get('a/link')).toBeNull();
  expect(await store.get('up/secret')).toBeNull();
  expect(await store.head('up/secret')).toBeNull();
  expect((await Array.fromAsync(store.list(''))).map((entry) => entry.key)).toEqual(['a/b']);
  await expect(store.put('up/new', new Uint8Array([1]), { contentType: 'text/plain' })).rejects.toThrow(
    /symbolic link/,
  );
});

test('a failed write leaves nothing behind', async () => {
  const root = await folder();
  onTestFinished(() => rm(root, { recursive: true }));
  const store = await openFolderObjectStore(root);
  await store.put('file', new Uint8Array([1]), { contentType: 'text/plain' });
  await expect(store.put('file/below', new Uint8Array([1]), { contentType: 'text/plain' })).rejects.toMatchObject({
    code: 'STORE_UNAVAILABLE',
  });
  expect(await readdir(join(root, '.writing'))).toEqual([]);
});
