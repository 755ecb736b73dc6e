import { expect, test } from 'vitest';
import { jobLike } from '../job/job-like.ts';
import { hrefOf, neighboursOf, placeOf } from './neighbours.ts';

const { resolved_settings } = jobLike();
const jobs = [
  jobLike({ id: 'c' }),
  jobLike({ id: 'b', resolved_settings: { ...resolved_settings, n_iters: 3 } }),
  jobLike({ id: 'a' }),
];

test('one looks through the pictures of a job before the next job comes', () => {
  expect(neighboursOf(jobs, { id: 'b', image: 1 })).toEqual({
    newer: { id: 'b', image: 0 },
    older: { id: 'b', image: 2 },
  });
  expect(neighboursOf(jobs, { id: 'b', image: 2 }).older).toEqual({ id: 'a', image: 0 });
  expect(neighboursOf(jobs, { id: 'a', image: 0 }).newer).toEqual({ id: 'b', image: 2 });
});

test('the ends of the gallery, and a job outside of it, have no neighbour', () => {
  expect(neighboursOf(jobs, { id: 'c', image: 0 }).newer).toBeNull();
  expect(neighboursOf(jobs, { id: 'a', image: 0 }).older).toBeNull();
  expect(neighboursOf(jobs, { id: 'gone', image: 0 })).toEqual({ newer: null, older: null });
});

test('each picture has an address', () => {
  expect([hrefOf({ id: 'a', image: 0 }), hrefOf({ id: 'a', image: 2 })]).toEqual(['/gallery/a', '/gallery/a?image=2']);
  expect(placeOf('/gallery/a', '2')).toEqual({ id: 'a', image: 2 });
  expect([null, '-1', 'x', '1.5'].map((image) => placeOf('/gallery/a', image).image)).toEqual([0, 0, 0, 0]);
});
