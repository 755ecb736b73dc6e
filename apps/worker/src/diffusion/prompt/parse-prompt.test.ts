import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parsePrompt } from './parse-prompt.ts';

const weights = (prompt: string) =>
  parsePrompt(prompt).map((part) => (part === 'break' ? part : [part.text, Number(part.weight.toFixed(4))]));

describe('attention in prompts', () => {
  it.each([
    ['a dog', [['a dog', 1]]],
    [
      'a (red) dog',
      [
        ['a ', 1],
        ['red', 1.1],
        [' dog', 1],
      ],
    ],
    [
      'a (red:1.5) dog',
      [
        ['a ', 1],
        ['red', 1.5],
        [' dog', 1],
      ],
    ],
    [
      'a (red : .5 )',
      [
        ['a ', 1],
        ['red ', 0.5],
      ],
    ],
    ['[a]', [['a', 0.9091]]],
    ['[[a]]', [['a', 0.8264]]],
    ['((((a))))', [['a', 1.4641]]],
    [
      '(a [b] (c:2))',
      [
        ['a ', 1.1],
        ['b', 1],
        [' ', 1.1],
        ['c', 2.2],
      ],
    ],
    [
      'Ereshkigal (ereshkigal (fate)), twintails (twintails)',
      [
        ['Ereshkigal ', 1],
        ['ereshkigal ', 1.1],
        ['fate', 1.21],
        [', twintails ', 1],
        ['twintails', 1.1],
      ],
    ],
    ['artoria_pendragon_\\(fate\\)', [['artoria_pendragon_(fate)', 1]]],
    ['a\\', [['a', 1]]],
    ['\\\\', [['\\', 1]]],
    ['(((', []],
    ['(((a', [['a', 1.331]]],
    [')))', [[')))', 1]]],
    ['[', []],
    ['a:1.2)', [['a:1.2)', 1]]],
    ['(a:1.2.3)', [['a:1.2.3', 1.1]]],
    ['a BREAK b', [['a', 1], 'break', ['b', 1]]],
    ['(a BREAK b)', [['a', 1.1], 'break', ['b', 1.1]]],
    ['BREAKFAST', [['BREAKFAST', 1]]],
    ['', []],
  ] as const)('%j', (prompt, wanted) => {
    expect(weights(prompt)).toEqual(wanted);
  });

  it('takes any text, and loses nothing but brackets, weights, breaks and escapes', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'ab ()[]:\\1.5,é') }), (prompt) => {
        const text = parsePrompt(prompt)
          .map((part) => (part === 'break' ? '' : part.text))
          .join('');
        const letters = (value: string) => value.replaceAll(/[^abé,]/gu, '');
        expect(letters(text)).toBe(letters(prompt));
        for (const part of parsePrompt(prompt)) if (part !== 'break') expect(Number.isFinite(part.weight)).toBe(true);
      }),
    );
  });
});
