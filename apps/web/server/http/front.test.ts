import { expect, test } from 'vitest';
import { targetOf } from './front.ts';

test.each([
  ['/images//', null, '/images/'],
  ['//images', null, '/images'],
  ['/images\\', null, '/images/'],
  ['/images/?q=a//b', null, '/images/?q=a//b'],
  ['http://localhost:8000/images/', 'localhost:8000', '/images/'],
  ['HTTP://evil.example//images?x', 'evil.example', '/images?x'],
  ['http://evil.example', 'evil.example', '/'],
  ['*', null, '/*'],
  ['/', null, '/'],
])('the target %j is at the host %j the address %j', (target, host, url) => {
  expect(targetOf(target)).toEqual({ host, url });
});
