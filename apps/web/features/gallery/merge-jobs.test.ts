import { expect, test } from 'vitest';
import { jobLike } from '../job/job-like.ts';
import { mergeJobs } from './merge-jobs.ts';

const job = (id: string, status: 'waiting' | 'completed' = 'completed') => jobLike({ id, status });
const ids = (jobs: { id: string }[]) => jobs.map(({ id }) => id);

test('each job stands once, newest first, in its newest state', () => {
  const merged = mergeJobs(
    [[job('5', 'waiting'), job('4')], [job('3')]],
    { 5: job('5'), 6: job('6', 'waiting') },
    true,
  );
  expect(ids(merged)).toEqual(['6', '5', '4', '3']);
  expect(merged[1]?.status).toBe('completed');
});

test('jobs of pages that are not loaded yet do not leave a gap', () => {
  const live = { 9: job('9'), 2: job('2', 'waiting') };
  expect(ids(mergeJobs([[job('8'), job('7')]], live, false))).toEqual(['9', '8', '7']);
  expect(ids(mergeJobs([[job('8'), job('7')]], live, true))).toEqual(['9', '8', '7', '2']);
});
