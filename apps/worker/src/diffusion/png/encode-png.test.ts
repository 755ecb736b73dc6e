import fc from 'fast-check';
import { decode } from 'fast-png';
import { describe, expect, it } from 'vitest';
import { encodePng } from './encode-png.ts';

const picture = fc
  .tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 40 }))
  .chain(([width, height]) =>
    fc
      .uint8Array({ minLength: width * height * 3, maxLength: width * height * 3 })
      .map((pixels) => ({ width, height, pixels })),
  );

describe('PNG', () => {
  it('gives back every pixel', () => {
    fc.assert(
      fc.property(picture, (given) => {
        const found = decode(encodePng(given), { checkCrc: true });
        expect([found.width, found.height, found.channels, found.depth]).toEqual([given.width, given.height, 3, 8]);
        expect([...found.data]).toEqual([...given.pixels]);
      }),
    );
  });

  it('gives the same bytes for the same picture and texts', () => {
    const given = { width: 2, height: 1, pixels: Uint8Array.of(1, 2, 3, 4, 5, 6) };
    const texts = [{ keyword: 'parameters', text: 'a dog' }];
    expect(encodePng(given, texts)).toEqual(encodePng(given, texts));
  });

  it('refuses pixels that do not fit the size', () => {
    expect(() => encodePng({ width: 2, height: 2, pixels: new Uint8Array(11) })).toThrow(RangeError);
  });
});
