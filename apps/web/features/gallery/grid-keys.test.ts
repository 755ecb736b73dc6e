import { expect, test } from 'vitest';
import { tileAfter } from './grid-keys.ts';

test.each([
  ['ArrowRight', 0, 1],
  ['ArrowLeft', 0, null],
  ['ArrowDown', 1, 5],
  ['ArrowUp', 5, 1],
  ['ArrowDown', 6, null],
  ['Enter', 1, null],
])('%s leads from tile %i of rows of four to %s', (key, from, to) => {
  expect(tileAfter(key, from, 4, 9)).toBe(to);
});
