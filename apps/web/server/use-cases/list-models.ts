import type { Models } from '@darkroom/shared/schemas/api';
import { modelsAnswer } from '../models-answer.ts';
import type { WebRuntime } from '../runtime.ts';

/** What the workers can draw with; empty until one has listed its models. */
export function listModels({ reader }: WebRuntime): Models {
  return modelsAnswer(reader.modelCatalog());
}
