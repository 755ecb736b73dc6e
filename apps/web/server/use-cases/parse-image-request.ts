import { type FieldError, resolveRequest } from '@darkroom/shared/domain/resolve-request';
import {
  generationSettingsRequest,
  type ImageRequest,
  imageRequest,
} from '@darkroom/shared/schemas/generation-settings';
import type { ModelInfo } from '@darkroom/shared/schemas/model-info';
import { errorsOf, validationError } from '../http/validate.ts';

/**
 * The body of `POST /images/` as it may be, or one entry per wrong field: also the fields that only a model can judge are looked at,
 * though others are wrong already.
 */
export function parseImageRequest(value: unknown, models: readonly ModelInfo[]): ImageRequest {
  const parsed = imageRequest.safeParse(value);
  const errors = [...(parsed.success ? [] : errorsOf(parsed.error, value)), ...lostKeys(value)];
  if (parsed.success && errors.length === 0) return parsed.data;
  throw validationError([...errors, ...modelErrors(value, models, errors)]);
}

/** What the model finds wrong with those fields that are right by themselves. */
function modelErrors(value: unknown, models: readonly ModelInfo[], known: readonly FieldError[]): FieldError[] {
  if (models.length === 0) return [];
  const given = isObject(value) && 'generation_settings' in value ? value.generation_settings : null;
  if (!isObject(given)) return [];
  const valid = Object.entries(given).filter(([name, field]) => {
    const schema = Object.entries(generationSettingsRequest.shape).find(([each]) => each === name)?.[1];
    return schema?.safeParse(field).success;
  });
  const settings = generationSettingsRequest.parse({ prompt: '', ...Object.fromEntries(valid) });
  const resolved = resolveRequest(settings, models, () => 0);
  if (resolved.ok) return [];
  return resolved.errors.filter(({ pointer }) => !known.some((error) => error.pointer === pointer));
}

/** A record of Zod drops this key without a word; what is accepted must be echoed whole. */
function lostKeys(value: unknown): FieldError[] {
  const metadata = isObject(value) && 'metadata' in value ? value.metadata : null;
  if (!isObject(metadata) || !Object.hasOwn(metadata, '__proto__')) return [];
  return [{ pointer: '/metadata/__proto__', detail: 'is not a possible key' }];
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
