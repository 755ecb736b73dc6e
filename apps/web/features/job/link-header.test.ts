import { expect, test } from 'vitest';
import { nextCursor } from './link-header.ts';

test.each([
  ['</images/?limit=20&cursor=abc>; rel="next"', 'abc'],
  ['<http://localhost:8000/images/?cursor=x&limit=1>; rel=next', 'x'],
  ['</first>; rel="first", </images/?cursor=2>; rel="next"', '2'],
  ['</images/?cursor=abc>; rel="prev"', null],
  [null, null],
])('%s leads to %s', (link, cursor) => {
  expect(nextCursor(link)).toBe(cursor);
});
