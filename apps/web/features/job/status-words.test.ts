import { expect, test } from 'vitest';
import { jobLike } from './job-like.ts';
import { duration, ordinal, stateOf } from './status-words.ts';

const NOW = Date.parse('2026-01-03T00:00:00.000Z');

test.each([
  [{ status: 'waiting', position: 4, estimate_seconds: 40 }, 'Waiting, 4th · about 40 s'],
  [{ status: 'waiting', position: 1 }, 'Waiting, next in line'],
  [{ status: 'waiting' }, 'Waiting'],
  [{ status: 'rendering' }, 'Starting'],
  [
    {
      status: 'rendering',
      progress: { phase: 'denoising', step: 7, steps: 20, pictures: 0, elapsed_ms: 1234, preview: null },
    },
    'Step 7 of 20 · 1.2 s',
  ],
  [
    {
      status: 'retrying',
      attempt: 2,
      retry_time: '2026-01-03T00:00:04.200Z',
      attempts: [
        {
          attempt: 1,
          worker: null,
          started_time: null,
          failed_time: null,
          cause: { code: 'OUT_OF_MEMORY', message: 'x' },
        },
      ],
    },
    'Attempt 2 of 4 in 5 s. Last time: not enough memory for this picture',
  ],
  [{ status: 'completed', timings: { total_ms: 1999 } }, 'Done in 2.0 s'],
  [{ status: 'cancelled' }, 'Cancelled'],
  [{ status: 'failed', error: { code: 'ENGINE_FAILURE', message: 'stack' } }, 'Failed: the engine failed'],
] as const)('%o reads as %s', (given, words) => {
  expect(stateOf(jobLike(structuredClone(given) as Parameters<typeof jobLike>[0]), NOW)).toBe(words);
});

test('durations and ordinals read naturally', () => {
  expect([40, 9949, 9951, 89_000, 200_000, 120_000].map(duration)).toEqual([
    '0.0 s',
    '9.9 s',
    '10 s',
    '89 s',
    '3 min 20 s',
    '2 min',
  ]);
  expect([1, 2, 3, 4, 11, 12, 13, 21, 102, 111].map(ordinal)).toEqual([
    ...['1st', '2nd', '3rd', '4th', '11th', '12th', '13th', '21st', '102nd', '111th'],
  ]);
});
