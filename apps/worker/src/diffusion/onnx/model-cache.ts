import type { ModelDescription } from '../models/model-description.ts';

type Releasable = { release(): Promise<void> };

/**
 * Keeps the models that were used last, as many as fit into a budget of bytes, and the one in use whatever its size; others are released
 * before a further one is loaded.
 */
export class ModelCache<Loaded extends Releasable> {
  readonly #budget: number;
  readonly #sizeOf: (model: ModelDescription) => Promise<number>;
  readonly #load: (model: ModelDescription) => Promise<Loaded>;
  /** In order of use, the latest last. */
  readonly #models = new Map<string, { loaded: Loaded; size: number }>();

  constructor(
    budget: number,
    sizeOf: (model: ModelDescription) => Promise<number>,
    load: (model: ModelDescription) => Promise<Loaded>,
  ) {
    this.#budget = budget;
    this.#sizeOf = sizeOf;
    this.#load = load;
  }

  async get(model: ModelDescription): Promise<Loaded> {
    // A folder whose files changed is another model.
    const key = JSON.stringify([model.folder, model.info.digest]);
    const known = this.#models.get(key);
    if (known) {
      this.#models.delete(key);
      this.#models.set(key, known);
      return known.loaded;
    }
    const size = await this.#sizeOf(model);
    await this.#makeRoom(size);
    const loaded = await this.#load(model);
    this.#models.set(key, { loaded, size });
    return loaded;
  }

  async #makeRoom(wanted: number): Promise<void> {
    let total = [...this.#models.values()].reduce((sum, { size }) => sum + size, wanted);
    for (const [key, { loaded, size }] of this.#models) {
      if (total <= this.#budget) return;
      this.#models.delete(key);
      total -= size;
      await loaded.release();
    }
  }
}
