import { expect, test } from 'vitest';
import { numberError, numberOf, settledText } from './number-text.ts';

const side = { minimum: 128, maximum: 1024, multiple: 64 };
const cfg = { minimum: 0, maximum: 100, whole: false };

test.each([
  ['512', side, null],
  ['1024', side, null],
  ['', side, null],
  [' 768 ', side, null],
  ['5', side, 'must be from 128 to 1024'],
  ['520', side, 'must be a multiple of 64'],
  ['1.5', side, 'must be a whole number'],
  ['e', side, 'must be a whole number'],
  ['-', side, 'must be a whole number'],
  ['1e3', side, 'must be a whole number'],
  ['0x10', side, 'must be a whole number'],
  ['７', side, 'must be a whole number'],
  ['7,5', cfg, null],
  ['7.5', cfg, null],
  ['1.2.3', cfg, 'must be a number'],
  ['-1', cfg, 'must be from 0 to 100'],
])('%j gives %j → %j', (text, rule, error) => {
  expect(numberError(text, rule)).toBe(error);
});

test('a text settles only when it is left', () => {
  expect(['512', ' 768 ', '7,5', 'e', '1e', '007'].map(settledText)).toEqual(['512', '768', '7.5', 'e', '1e', '7']);
  expect(numberOf('7,5')).toBe(7.5);
});
