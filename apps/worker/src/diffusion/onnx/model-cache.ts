import type { ModelDescription } from '../models/model-description.ts';

type Releasable = { release(): Promise<void> };

/** Keeps the models that were used last, at most `limit`; others are released before a further one is loaded. */
export class ModelCache<Loaded extends Releasable> {
  readonly #limit: number;
  readonly #load: (model: ModelDescription) => Promise<Loaded>;
  /** In order of use, the latest last. */
  readonly #models = new Map<string, Loaded>();

  constructor(limit: number, load: (model: ModelDescription) => Promise<Loaded>) {
    this.#limit = limit;
    this.#load = load;
  }

  async get(model: ModelDescription): Promise<Loaded> {
    // A folder whose files changed is another model.
    const key = JSON.stringify([model.folder, model.info.digest]);
    const known = this.#models.get(key);
    if (known) {
      this.#models.delete(key);
      this.#models.set(key, known);
      return known;
    }
    await this.#makeRoom();
    const loaded = await this.#load(model);
    this.#models.set(key, loaded);
    return loaded;
  }

  async #makeRoom(): Promise<void> {
    for (const [key, model] of this.#models) {
      if (this.#models.size < this.#limit) return;
      this.#models.delete(key);
      await model.release();
    }
  }
}
