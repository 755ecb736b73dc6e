import { expect, test } from 'vitest';
import { developed, pictureInWork, previewOf } from './develop.ts';
import { jobLike } from './job-like.ts';

const four = { ...jobLike().resolved_settings, batch_size: 2, n_iters: 2 };
const at = (step: number, pictures: number) =>
  jobLike({
    status: 'rendering',
    resolved_settings: four,
    progress: { phase: 'denoising', step, steps: 40, pictures, elapsed_ms: 1, preview: 'data:x' },
  });

test('pictures of a batch develop together, batches after one another', () => {
  expect([0, 1, 2, 3].map((index) => developed(at(10, 0), index))).toEqual([0.5, 0.5, 0, 0]);
  expect([0, 1, 2, 3].map((index) => developed(at(30, 2), index))).toEqual([1, 1, 0.5, 0.5]);
});

test('a done job is developed, one without progress is not', () => {
  expect(developed(jobLike({ status: 'completed' }), 0)).toBe(1);
  expect(developed(jobLike({ status: 'rendering' }), 0)).toBe(0);
});

test('the preview belongs to the first picture in work', () => {
  expect([0, 1, 2, 3].map((index) => previewOf(at(30, 2), index))).toEqual([null, null, 'data:x', null]);
  expect(previewOf(jobLike(), 0)).toBeNull();
  expect([at(10, 1), at(30, 3), at(40, 4), jobLike()].map(pictureInWork)).toEqual([0, 2, 2, 0]);
});
