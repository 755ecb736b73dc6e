import type { Abortable } from '@darkroom/shared/lifecycle/abortable';
import type { ModelDescription } from './model-description.ts';

export type ModelListing = {
  models: ModelDescription[];
  /** What looks like a model and cannot be used, with the reason in one sentence. */
  unusable: { id: string; reason: string }[];
};

/** The models of this service. Every verb looks again, so a folder dropped in is seen without a restart. */
export type ModelCatalog = {
  /** Sorted by id. Throws `NOT_READY` when nothing can be listed. */
  list(options?: Abortable): Promise<ModelListing>;
  /** Throws `MODEL_UNAVAILABLE` that says why this one cannot be used, `NOT_READY` when nothing can be listed. */
  find(id: string, options?: Abortable): Promise<ModelDescription>;
  /** Why no model can be listed, in one sentence; null when they can. Quick. */
  problem(): Promise<string | null>;
};
