import { access, constants, readdir, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { DarkroomError, isDarkroomError } from '@darkroom/shared/errors/darkroom-error';
import type { Abortable } from '@darkroom/shared/lifecycle/abortable';
import type { ModelCatalog, ModelListing } from './model-catalog.ts';
import { MODEL_FILES, type ModelDescription } from './model-description.ts';
import { ModelDigests, type ModelFile } from './model-digest.ts';
import { modelUnavailable } from './model-unavailable.ts';
import { readModelFolder } from './read-model-folder.ts';

type Entry = { signature: string; outcome: Promise<ModelDescription>; abort: AbortController };

/**
 * The models of one folder: each subfolder with a `model_index.json`. A folder is read again only when a name, size or
 * time of its files changed.
 */
export class FolderModelCatalog implements ModelCatalog {
  readonly #root: string;
  readonly #digests: Pick<ModelDigests, 'of'>;
  readonly #entries = new Map<string, Entry>();

  constructor(root: string, digests: Pick<ModelDigests, 'of'> = new ModelDigests()) {
    this.#root = root;
    this.#digests = digests;
  }

  async list(_options: Abortable = {}): Promise<ModelListing> {
    const listing: ModelListing = { models: [], unusable: [] };
    for (const id of await this.#ids()) {
      try {
        listing.models.push(await this.#describe(id));
      } catch (error) {
        if (!isDarkroomError(error)) throw error;
        listing.unusable.push({ id, reason: error.message });
      }
    }
    return listing;
  }

  async find(id: string, _options: Abortable = {}): Promise<ModelDescription> {
    // Only names that the folder itself lists: no path can be smuggled in.
    if (!(await this.#ids()).includes(id)) throw modelUnavailable(id, 'there is no such model here');
    return await this.#describe(id);
  }

  async problem(): Promise<string | null> {
    try {
      await access(this.#root, constants.R_OK | constants.X_OK);
      await readdir(this.#root);
      return null;
    } catch (error) {
      return this.#unreadable(error).message;
    }
  }

  async #ids(): Promise<string[]> {
    let names: string[];
    try {
      names = await readdir(this.#root);
    } catch (error) {
      throw this.#unreadable(error);
    }
    const visible = names.filter((each) => !each.startsWith('.')).toSorted();
    const indexes = await Promise.all(
      visible.map(async (name) => await stat(join(this.#root, name, MODEL_FILES.index)).catch(() => null)),
    );
    const ids = visible.filter((_, i) => indexes[i]?.isFile());
    for (const known of this.#entries.keys()) if (!ids.includes(known)) this.#entries.delete(known);
    return ids;
  }

  async #describe(id: string): Promise<ModelDescription> {
    const folder = join(this.#root, id);
    const files = await listFiles(id, folder);
    const signature = JSON.stringify(files);
    let entry = this.#entries.get(id);
    if (entry?.signature !== signature) {
      // While a model is being copied, each look finds other files: what the last one still reads is of no use.
      entry?.abort.abort();
      entry = this.#startReading(id, folder, files, signature);
    }
    return await entry.outcome;
  }

  #startReading(id: string, folder: string, files: ModelFile[], signature: string): Entry {
    const abort = new AbortController();
    const entry = { signature, abort, outcome: this.#read(id, folder, files, abort.signal) };
    this.#entries.set(id, entry);
    // A fault may pass without a file changing (permissions): it is not kept.
    entry.outcome.catch(() => this.#entries.get(id) === entry && this.#entries.delete(id));
    return entry;
  }

  async #read(id: string, folder: string, files: ModelFile[], signal: AbortSignal): Promise<ModelDescription> {
    const model = await readModelFolder(id, folder, new Set(files.map((file) => file.name)));
    try {
      return { ...model, info: { ...model.info, digest: await this.#digests.of(folder, files, { signal }) } };
    } catch (error) {
      const reason = signal.aborted ? 'its files are changing' : 'its files cannot be read';
      throw modelUnavailable(id, reason, { cause: error });
    }
  }

  #unreadable(error: unknown): DarkroomError {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason';
    return new DarkroomError('NOT_READY', `The models folder ${this.#root} cannot be read (${code})`, {
      cause: error,
    });
  }
}

async function listFiles(id: string, folder: string): Promise<ModelFile[]> {
  try {
    const names = await readdir(folder, { recursive: true });
    const files = names.toSorted().map(async (name): Promise<ModelFile | null> => {
      // A file may go between listing and looking: then it is not part of the model.
      const found = await stat(join(folder, name)).catch(() => null);
      return found?.isFile() ? { name: name.replaceAll(sep, '/'), size: found.size, modifiedMs: found.mtimeMs } : null;
    });
    return (await Promise.all(files)).filter((file) => file !== null);
  } catch (error) {
    throw modelUnavailable(id, 'its folder cannot be read', { cause: error });
  }
}
