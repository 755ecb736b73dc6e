import { expect, it } from 'vitest';
import { RestartBackoff } from './restart-backoff.ts';

it('the first restart is at once, later ones wait longer and longer, until a rendering succeeds', () => {
  const backoff = new RestartBackoff();
  const delays = Array.from({ length: 8 }, () => backoff.nextDelayMs());
  expect(delays).toEqual([0, 250, 500, 1000, 2000, 4000, 4000, 4000]);
  backoff.succeeded();
  expect(backoff.nextDelayMs()).toBe(0);
});
