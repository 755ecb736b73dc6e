import { expect, test } from 'vitest';
import { estimateMs } from './estimate.ts';
import { jobLike } from './job-like.ts';

test('twice the steps take twice the time of the last jobs, loading not counted', () => {
  const done = jobLike({ status: 'completed', timings: { total_ms: 1500, load_ms: 500 } });
  const settings = done.resolved_settings;
  expect(estimateMs(settings, [done])).toBeCloseTo(1000);
  expect(estimateMs({ ...settings, steps: 40 }, [done])).toBeCloseTo(2000);
  expect(estimateMs({ ...settings, n_iters: 4 }, [done])).toBeCloseTo(4000);
  expect(estimateMs({ ...settings, model: 'other' }, [done])).toBeNull();
  expect(estimateMs(settings, [])).toBeNull();
});
