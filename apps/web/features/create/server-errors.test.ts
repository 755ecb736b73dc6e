import { expect, test } from 'vitest';
import { errorWords, fieldErrors, groupsOf } from './server-errors.ts';

test('an error of the server stands at its field, whose group opens', () => {
  const errors = fieldErrors({
    ...{ type: 'about:blank', title: 'Invalid', status: 422, detail: 'Invalid', code: 'VALIDATION_FAILED' },
    errors: [
      { pointer: '/generation_settings/steps', detail: 'must be odd' },
      { pointer: '/generation_settings/sampler_name', detail: 'is not known' },
      { pointer: '/generation_settings/prompt', detail: 'is too long' },
    ],
  });
  expect(errors).toEqual({ steps: 'must be odd', sampler_name: 'is not known', prompt: 'is too long' });
  expect(errorWords(errors)).toBe('Steps must be odd. The sampler is not known. The prompt is too long.');
  expect(groupsOf(Object.keys(errors))).toEqual(['more', 'model']);
  expect(fieldErrors(null)).toEqual({});
});
