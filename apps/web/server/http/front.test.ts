import { expect, test } from 'vitest';
import { singleSlashes } from './front.ts';

test.each([
  ['/images//', '/images/'],
  ['//images', '/images'],
  ['/images\\', '/images/'],
  ['/images/?q=a//b', '/images/?q=a//b'],
  ['*', '*'],
  ['/', '/'],
])('repeated slashes of the path %j become one: %j', (url, single) => {
  expect(singleSlashes(url)).toBe(single);
});
