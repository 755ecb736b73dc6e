import { existsSync, mkdirSync, readdirSync, rmdirSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { ROOT } from './stack.ts';

/** What Darkroom keeps in its data folder; nothing else in there is ever removed. */
const KEPT = ['log', 'objects', 'read-model', 'services', 'on-servers'];
/** One of these shows that the folder is Darkroom's. */
const MARKS = ['log/events.sqlite', 'read-model/web-1.sqlite', 'services/pulsar', 'services/s3', 'on-servers'];
const LOCK = 'dev.lock';

/** The folder of everything that this machine keeps: `DARKROOM_DATA`, or `.darkroom` in the repository. */
export function dataFolder(root: string, given = process.env['DARKROOM_DATA']): string {
  // A variable that is set to nothing is not set.
  return given ? resolve(given) : join(root, '.darkroom');
}

/** Makes a folder and those above it. `mkdir` with `recursive` never comes back from a file system that takes no folders (/proc). */
export function makeFolder(path: string): void {
  if (existsSync(path)) return;
  if (dirname(path) !== path) makeFolder(dirname(path));
  mkdirSync(path);
}

/** Locks that are held for as long as this process lives. */
const held: DatabaseSync[] = [];

/**
 * Takes a folder for this process; false if another one has it. The system lets go of the lock when its process ends, however it
 * ends, so that none is ever left behind.
 */
export function takeFolder(folder: string): boolean {
  const lock = new DatabaseSync(join(folder, LOCK), { timeout: 0 });
  try {
    lock.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
    held.push(lock);
    return true;
  } catch (error) {
    lock.close();
    if (error instanceof Error && /locked/.test(error.message)) return false;
    throw error;
  }
}

/** Holds the data folder for this process; an error in one sentence while the platform, or another copy, uses it. */
export function refuseUsedFolder(): void {
  const data = dataFolder(ROOT);
  if (!existsSync(data)) throw new Error(`There is nothing to copy: ${data} does not exist.`);
  if (!takeFolder(data)) throw new Error(`Darkroom runs on ${data}: stop it first.`);
}

/** Removes what Darkroom keeps in the folder, and the folder if nothing else is in it. False where there is nothing of Darkroom. */
export function removeData(folder: string): boolean {
  if (!MARKS.some((mark) => existsSync(join(folder, mark)))) return false;
  for (const name of [...KEPT, LOCK]) rmSync(join(folder, name), { recursive: true, force: true });
  if (readdirSync(folder).length === 0) rmdirSync(folder);
  return true;
}
