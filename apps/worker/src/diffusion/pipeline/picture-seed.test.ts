import { expect, it } from 'vitest';
import { pictureSeed } from './picture-seed.ts';

it.each([
  [0, 0, 0],
  [7, 3, 10],
  [2 ** 32 - 1, 1, 2 ** 32],
  [Number.MAX_SAFE_INTEGER, 0, Number.MAX_SAFE_INTEGER],
  [Number.MAX_SAFE_INTEGER, 1, 0],
  [Number.MAX_SAFE_INTEGER - 1, 3, 1],
])('picture of seed %i at index %i has seed %i', (seed, index, wanted) => {
  expect(pictureSeed(seed, index)).toBe(wanted);
});
