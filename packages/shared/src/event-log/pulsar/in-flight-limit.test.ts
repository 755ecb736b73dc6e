import { expect, test } from 'vitest';
import { createInFlightLimit } from './in-flight-limit.ts';

test('whoever waits for a turn longer than its time is told so, and leaves the line', async () => {
  const limit = createInFlightLimit(1);
  const first = await limit.enter({ withinMs: 1000 });
  const start = performance.now();
  expect(await limit.enter({ withinMs: 50 })).toBeNull();
  expect(performance.now() - start).toBeLessThan(1000);
  const waiting = limit.enter({ withinMs: 5000 });
  first?.[Symbol.dispose]();
  expect(await waiting).not.toBeNull();
});

test('turns are given in the order of asking', async () => {
  const limit = createInFlightLimit(1);
  const first = await limit.enter({ withinMs: 1000 });
  const order: number[] = [];
  const others = [1, 2, 3].map(async (n) => {
    using _turn = await limit.enter({ withinMs: 5000 });
    order.push(n);
  });
  first?.[Symbol.dispose]();
  await Promise.all(others);
  expect(order).toEqual([1, 2, 3]);
});
