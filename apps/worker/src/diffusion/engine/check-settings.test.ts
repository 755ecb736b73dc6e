import type { DarkroomError } from '@darkroom/shared/errors/darkroom-error';
import { describe, expect, it } from 'vitest';
import { requestOf } from '../../protocol/contract-client.ts';
import { fakeModels } from '../fake/fake-models.ts';
import { checkSettings } from './check-settings.ts';

const [model] = fakeModels.parse([{ min_side: 128, max_side: 512, samplers: ['euler'] }]);
const check = (change: object) => () => model && checkSettings(requestOf(change).settings, model);

describe('settings of a model', () => {
  it.each([{}, { width: 128, height: 512 }, { width: 320, height: 192 }])('%j can be rendered', (change) => {
    expect(check(change)).not.toThrow();
  });

  it('are refused with every wrong field at once', () => {
    try {
      check({ width: 100, height: 200, sampler: 'heun', clip_skip: 2 })();
      expect.unreachable();
    } catch (error) {
      const { code, context } = error as DarkroomError; // checkSettings throws nothing else
      expect(code).toBe('SETTINGS_REFUSED');
      expect(context['fields']).toEqual({
        width: 'must be from 128 to 512',
        height: 'must be a multiple of 64',
        sampler: 'must be one of euler',
        clip_skip: 'must be at most 1',
      });
    }
  });
});
