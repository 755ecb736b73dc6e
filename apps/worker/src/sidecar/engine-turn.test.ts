import { expect, test } from 'vitest';
import { EngineTurn } from './engine-turn.ts';

const never = new AbortController().signal;
const isWanted = async (turn: EngineTurn) =>
  await turn.wanted(AbortSignal.timeout(20)).then(
    () => true,
    () => false,
  );

test('the next job is wanted when the rendering is about to end, and only once', async () => {
  const turn = new EngineTurn();
  expect(await isWanted(turn)).toBe(true);
  const first = turn.ask();
  expect(await isWanted(turn)).toBe(false);
  const rendering = await turn.take(first, 0, never);
  expect(await isWanted(turn)).toBe(false);
  turn.announceEnd();
  expect(await isWanted(turn)).toBe(true);
  turn.ask();
  turn.announceEnd();
  rendering?.[Symbol.dispose]();
  expect(await isWanted(turn)).toBe(false);
});

test('two jobs never render at once, and the second follows the first', async () => {
  const turn = new EngineTurn();
  const rendering = await turn.take(turn.ask(), 0, never);
  let second: Disposable | null = null;
  const taking = turn.take(turn.ask(), 5000, never).then((taken) => {
    second = taken;
  });
  await Promise.resolve();
  expect(second).toBeNull();
  rendering?.[Symbol.dispose]();
  await taking;
  expect(second).not.toBeNull();
});

test('a job that needs no rendering makes room for another', async () => {
  const turn = new EngineTurn();
  const ticket = turn.ask();
  turn.settle(ticket);
  expect(await isWanted(turn)).toBe(true);
});

test('a job that was asked for too early waits for the end of the rendering, not in a loop', async () => {
  const turn = new EngineTurn();
  const rendering = await turn.take(turn.ask(), 0, never);
  turn.announceEnd();
  const early = turn.ask();
  expect(await turn.take(early, 10, never)).toBeNull();
  turn.settle(early);
  expect(await isWanted(turn)).toBe(false);
  rendering?.[Symbol.dispose]();
  expect(await isWanted(turn)).toBe(true);
});
