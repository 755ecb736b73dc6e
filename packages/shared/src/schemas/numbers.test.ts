import { expect, test } from 'vitest';
import { decimalInteger, decimalNumber } from './numbers.ts';

const steps = decimalInteger(1, 150);
const seed = decimalInteger(-1, Number.MAX_SAFE_INTEGER);
const cfg = decimalNumber(0, 100);

test.each(['', ' ', null, true, [], ['5'], {}, '0x10', '1e3', '４', '5 ', '1,5', 'NaN', 1.5, '1.5', Number.NaN, 151])(
  'refuses %j as a number of steps',
  (value) => {
    expect(steps.safeParse(value).success).toBe(false);
  },
);

test('decimal strings are numbers', () => {
  expect(['20', '4.0', '+7', '007'].map((text) => steps.parse(text))).toEqual([20, 4, 7, 7]);
  expect(['7.5', '0.1', '7.000000000000001'].map((text) => cfg.parse(text))).toEqual([7.5, 0.1, 7.000000000000001]);
  expect(seed.parse('-1')).toBe(-1);
});

test.each(['9007199254740993', '9007199254740990.9', '5.00000000000000000001', '6687881544318117707'])(
  'never rounds %s to another seed',
  (text) => {
    const refused = seed.safeParse(text);
    expect(refused.error?.issues[0]?.message).toContain(`to ${Number.MAX_SAFE_INTEGER}`);
  },
);
