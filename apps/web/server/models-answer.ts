import { defaultModel } from '@darkroom/shared/domain/resolve-request';
import type { Models } from '@darkroom/shared/schemas/api';
import type { ModelsListed } from '@darkroom/shared/schemas/events';

export function modelsAnswer(catalog: ModelsListed | null): Models {
  const models = catalog?.models ?? [];
  return { models, default_model: defaultModel(models)?.id ?? null, unusable: catalog?.unusable ?? [] };
}
