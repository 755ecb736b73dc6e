import type { FieldError } from '@darkroom/shared/domain/resolve-request';
import { type ImageRequest, imageRequest } from '@darkroom/shared/schemas/generation-settings';
import { validate, validationError } from '../http/validate.ts';

/** The body of `POST /images/` as it may be, or one entry per wrong field. */
export function parseImageRequest(value: unknown): ImageRequest {
  const request = validate(imageRequest, value);
  const lost = lostKeys(value);
  if (lost.length > 0) throw validationError(lost);
  return request;
}

/** A record of Zod drops this key without a word; what is accepted must be echoed whole. */
function lostKeys(value: unknown): FieldError[] {
  const isObject = (each: unknown): each is object => typeof each === 'object' && each !== null;
  const metadata = isObject(value) && 'metadata' in value ? value.metadata : null;
  if (!isObject(metadata) || !Object.hasOwn(metadata, '__proto__')) return [];
  return [{ pointer: '/metadata/__proto__', detail: 'is not a possible key' }];
}
