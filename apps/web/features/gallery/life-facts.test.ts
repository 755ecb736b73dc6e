import { expect, test } from 'vitest';
import { jobLike } from '../job/job-like.ts';
import { lifeFacts, timingFacts } from './life-facts.ts';

const at = (second: number) => `2026-01-02T23:50:${String(second).padStart(2, '0')}.000Z`;

test('the life of a job is told in words, in order', () => {
  const job = jobLike({
    status: 'failed',
    end_time: at(20),
    attempts: [
      {
        ...{ attempt: 1, worker: 'worker-1', started_time: at(2), failed_time: at(9) },
        cause: { code: 'OUT_OF_MEMORY', message: 'arena' },
      },
    ],
  });
  expect(lifeFacts(job).map(({ words, tone }) => [words, tone])).toEqual([
    ['Asked for', 'plain'],
    ['Attempt 1 began on worker-1', 'plain'],
    ['Attempt 1 failed: not enough memory for this picture', 'failed'],
    ['Given up', 'failed'],
  ]);
});

test('the wait and the figures of the engine are told, those that are nothing are not', () => {
  const job = jobLike({ started_time: at(2), timings: { load_ms: 0, denoise_ms: 812, total_ms: 950, other: 3 } });
  expect(timingFacts(job)).toEqual([
    { words: 'Waiting', time: '2.0 s' },
    { words: 'Denoising', time: '812 ms' },
    { words: 'The engine in all', time: '950 ms' },
  ]);
  expect(timingFacts(jobLike())).toEqual([]);
});
