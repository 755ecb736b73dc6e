import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { surprise, withArticle } from './surprise.ts';

const vocabulary = {
  things: ['dog', 'owl', 'ice cream'],
  styles: ['3d', 'flat'],
  colours: ['red', 'orange'],
  pairs: true,
};
const always = (...numbers: number[]) => {
  let next = 0;
  return () => numbers[next++] ?? 0.999;
};

describe('surprise', () => {
  it('is made of words that the model was taught, with the right articles', () => {
    const taught =
      /^an? ((red|orange) )?(dog|owl|ice cream)( and an? (dog|owl|ice cream))?( on an? (red|orange) background)?(, (3d|flat))?$/;
    fc.assert(
      fc.property(fc.infiniteStream(fc.double({ min: 0, max: 0.999_999, noNaN: true })), (numbers) => {
        const prompt = surprise({ vocabulary, examples: [] }, () => numbers.next().value ?? 0) ?? '';
        expect(prompt).toMatch(taught);
        expect(prompt).not.toMatch(/\ba [aeiou]|\ban [^aeiou]/);
        expect(prompt).not.toMatch(/(red|orange) .* on an? \1 background/);
      }),
    );
  });

  it('is another one nearly each time', () => {
    const seen = new Set(Array.from({ length: 300 }, () => surprise({ vocabulary, examples: [] })));
    expect(seen.size).toBeGreaterThan(20);
  });

  it('sets two things side by side only where the model can', () => {
    expect(surprise({ vocabulary, examples: [] }, always(0, 0, 0.4))).toBe('a dog and an owl');
    expect(surprise({ vocabulary: { ...vocabulary, pairs: false }, examples: [] }, always(0))).toBe('a dog');
  });

  it.each(['a unicorn', 'a UFO', 'a ukulele', 'an umbrella', 'an owl', 'a dog', 'an ice cream'])(
    'writes "%s"',
    (text) => {
      expect(withArticle(text.replace(/^an? /, ''))).toBe(text);
    },
  );

  it('falls back on the examples, and says nothing without any', () => {
    expect(surprise({ vocabulary: null, examples: ['a lighthouse'] }, always(0))).toBe('a lighthouse');
    expect(surprise({ vocabulary: null, examples: [] }, always(0))).toBeNull();
  });
});
