import { randomUUID } from 'node:crypto';
import type { Dirent } from 'node:fs';
import { type FileHandle, link, mkdir, open, readdir, realpath, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DarkroomError } from '../../errors/darkroom-error.ts';
import type { ObjectHead, ObjectStore, StoredObject } from '../object-store.ts';
import { decodeSegment, segmentsOf } from './key-path.ts';
import { isMissing, translateFileError } from './translate-file-error.ts';

/**
 * The object store in a folder. Each object is one file, written to a temporary name, synced, then linked or renamed
 * into place; so a crash leaves whole objects only. The content type follows from the key's extension when it is served.
 */
export async function openFolderObjectStore(root: string): Promise<ObjectStore> {
  const temporary = join(root, '.writing');
  await mkdir(temporary, { recursive: true }).catch(translateFileError);

  const objects = join(await realpath(root), 'objects');
  const pathOf = (key: string): string | null => {
    const segments = segmentsOf(key);
    return segments && join(objects, ...segments);
  };

  async function writeTemporary(body: Uint8Array): Promise<string> {
    const path = join(temporary, randomUUID());
    const file = await open(path, 'wx');
    try {
      await file.writeFile(body);
      await file.sync();
    } finally {
      await file.close();
    }
    return path;
  }

  /** Writes the body aside, then lets `place` move it to its name; false when `place` found the name taken. */
  async function write(key: string, body: Uint8Array, place: (from: string, to: string) => Promise<boolean>) {
    const path = pathOf(key);
    if (path === null) throw new DarkroomError('INTERNAL', `"${key}" is not a valid object key`);
    let aside: string | null = null;
    try {
      const firstMade = await mkdir(dirname(path), { recursive: true });
      if (await leadsElsewhere(dirname(path))) throw new Error('a symbolic link stands in its way');
      aside = await writeTemporary(body);
      if (!(await place(aside, path))) return false;
      await syncFolders(dirname(path), firstMade === undefined ? dirname(path) : dirname(firstMade));
      return true;
    } catch (error) {
      return translateFileError(error);
    } finally {
      if (aside !== null) await rm(aside, { force: true });
    }
  }

  async function* walk(folder: string, keyPrefix: string): AsyncGenerator<{ key: string; path: string }> {
    const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown): Dirent[] => {
      if (isMissing(error)) return [];
      return translateFileError(error);
    });
    // A folder sorts as its name with the slash that follows it in every key below.
    const named = entries
      .map((entry) => ({ entry, key: keyPrefix + decodeSegment(entry.name) + (entry.isDirectory() ? '/' : '') }))
      .sort((a, b) => Buffer.compare(Buffer.from(a.key), Buffer.from(b.key)));
    for (const { entry, key } of named) {
      if (entry.isDirectory()) yield* walk(join(folder, entry.name), key);
      else if (entry.isFile()) yield { key, path: join(folder, entry.name) };
    }
  }

  return {
    bucket: 'local',
    async put(key, body, { signal }) {
      signal?.throwIfAborted();
      await write(key, body, replace);
    },
    async create(key, body, { signal }) {
      signal?.throwIfAborted();
      return await write(key, body, linkIfAbsent);
    },
    async get(key, options = {}) {
      options.signal?.throwIfAborted();
      const path = pathOf(key);
      return path === null ? null : await readObject(path, options.range);
    },
    async head(key, options = {}) {
      options.signal?.throwIfAborted();
      const path = pathOf(key);
      return path === null ? null : await headOf(path);
    },
    async *list(prefix, options = {}) {
      const folderKey = prefix.slice(0, prefix.lastIndexOf('/') + 1);
      const folder = folderKey === '' ? objects : pathOf(folderKey.slice(0, -1));
      if (folder === null) return;
      for await (const { key, path } of walk(folder, folderKey)) {
        options.signal?.throwIfAborted();
        const head = key.startsWith(prefix) ? await headOf(path) : null;
        if (head) yield { key, ...head };
      }
    },
    async delete(key, options = {}) {
      options.signal?.throwIfAborted();
      const path = pathOf(key);
      if (path !== null) await rm(path, { force: true }).catch(translateFileError);
    },
    async link() {
      return null;
    },
    async [Symbol.asyncDispose]() {},
  };
}

async function replace(from: string, to: string): Promise<boolean> {
  await rename(from, to);
  return true;
}

async function linkIfAbsent(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

/** A new name is safe when its folder is, and a new folder when the one above it is. */
async function syncFolders(lowest: string, highest: string): Promise<void> {
  for (let folder = lowest; ; folder = dirname(folder)) {
    await syncFolder(folder);
    if (folder === highest || folder === dirname(folder)) return;
  }
}

/** Makes a new name survive a power cut. Windows cannot open folders; its file systems journal names themselves. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** True if a symbolic link stands anywhere on the way: nothing outside the store is ever read. */
async function leadsElsewhere(path: string): Promise<boolean> {
  return (await realpath(path)) !== path;
}

async function opened<T>(path: string, use: (file: FileHandle) => Promise<T | null>): Promise<T | null> {
  let file: FileHandle | undefined;
  try {
    if (await leadsElsewhere(path)) return null;
    file = await open(path, 'r');
    return await use(file);
  } catch (error) {
    if (isMissing(error)) return null;
    return translateFileError(error);
  } finally {
    await file?.close();
  }
}

async function readObject(
  path: string,
  range: { start: number; end: number } | undefined,
): Promise<StoredObject | null> {
  return await opened(path, async (file) => {
    const status = await file.stat();
    if (!status.isFile()) return null;
    const start = Math.min(range?.start ?? 0, status.size);
    const end = Math.min((range?.end ?? status.size - 1) + 1, status.size);
    const body = new Uint8Array(Math.max(0, end - start));
    let filled = 0;
    while (filled < body.length) {
      const { bytesRead } = await file.read(body, filled, body.length - filled, start + filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return { ...headFrom(status), body: body.subarray(0, filled) };
  });
}

async function headOf(path: string): Promise<ObjectHead | null> {
  try {
    if (await leadsElsewhere(path)) return null;
    const status = await stat(path);
    return status.isFile() ? headFrom(status) : null;
  } catch (error) {
    if (isMissing(error)) return null;
    return translateFileError(error);
  }
}

function headFrom(status: { size: number; mtimeMs: number; ino: number }): ObjectHead {
  const etag = `"${status.ino.toString(36)}-${Math.trunc(status.mtimeMs).toString(36)}-${status.size.toString(36)}"`;
  return { size: status.size, etag, lastModified: status.mtimeMs };
}
