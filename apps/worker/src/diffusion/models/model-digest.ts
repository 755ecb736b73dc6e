import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import type { Abortable } from '@darkroom/shared/lifecycle/abortable';

/** One file of a model's folder, as `stat` saw it. */
export type ModelFile = { name: string; size: number; modifiedMs: number };

/** Files that cannot change a picture. */
const IGNORED = /^(darkroom\.json|README(\.\w+)?|LICENSE(\.\w+)?)$/i;
const READ_BYTES = 1024 * 1024;

/**
 * SHA-256 over the names and bytes of a model's files (`<name>\0<sha256 of its bytes>\n` each, sorted by name).
 * A file's own hash is kept as long as its size and time stand, so that listing again costs no reading.
 */
export class ModelDigests {
  readonly #hashes = new Map<string, { size: number; modifiedMs: number; hash: string }>();

  async of(folder: string, files: readonly ModelFile[], { signal }: Abortable = {}): Promise<string> {
    const whole = createHash('sha256');
    const counted = files.filter((file) => !IGNORED.test(file.name));
    for (const file of counted.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
      whole.update(`${file.name}\0${await this.#hashOf(join(folder, file.name), file, signal)}\n`);
    }
    return whole.digest('hex');
  }

  async #hashOf(path: string, file: ModelFile, signal: AbortSignal | undefined): Promise<string> {
    const known = this.#hashes.get(path);
    if (known && known.size === file.size && known.modifiedMs === file.modifiedMs) return known.hash;
    const hash = createHash('sha256');
    for await (const bytes of createReadStream(path, { highWaterMark: READ_BYTES, signal })) hash.update(bytes);
    const entry = { size: file.size, modifiedMs: file.modifiedMs, hash: hash.digest('hex') };
    this.#hashes.set(path, entry);
    return entry.hash;
  }
}
