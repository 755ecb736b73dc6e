import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openFolderObjectStore } from '../object-store/folder/folder-object-store.ts';
import { decideContract } from './decide.contract.ts';

decideContract('folder', async () => {
  const root = await mkdtemp(join(tmpdir(), 'darkroom-decide-'));
  return { a: await openFolderObjectStore(root), b: await openFolderObjectStore(root) };
});
