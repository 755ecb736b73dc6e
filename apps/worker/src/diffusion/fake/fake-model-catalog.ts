import type { ModelCatalog, ModelListing } from '../models/model-catalog.ts';
import type { ModelDescription } from '../models/model-description.ts';
import { modelUnavailable } from '../models/model-unavailable.ts';
import { schedulerConfig } from '../schedule/scheduler-config.ts';
import type { FakeModel } from './fake-models.ts';

/** Models that exist by name only. */
export class FakeModelCatalog implements ModelCatalog {
  readonly #models: readonly ModelDescription[];

  constructor(models: readonly FakeModel[]) {
    this.#models = models.map((info) => ({
      info,
      folder: '',
      vaeScaleFactor: 8,
      latentChannels: 4,
      latentScale: 1,
      latentShift: 0,
      sequenceLength: info.prompt_tokens + 2,
      scheduler: schedulerConfig.parse({}),
      preview: null,
    }));
  }

  async list(): Promise<ModelListing> {
    return { models: [...this.#models], unusable: [] };
  }

  async find(id: string): Promise<ModelDescription> {
    const model = this.#models.find(({ info }) => info.id === id);
    if (!model) throw modelUnavailable(id, 'there is no such model here');
    return model;
  }

  async problem(): Promise<string | null> {
    return null;
  }
}
