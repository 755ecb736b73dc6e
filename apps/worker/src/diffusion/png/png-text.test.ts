import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodePng } from './encode-png.ts';
import { readPngTexts } from './read-png-texts.ts';

const pixel = { width: 1, height: 1, pixels: Uint8Array.of(1, 2, 3) };
const written = (text: string) => readPngTexts(encodePng(pixel, [{ keyword: 'parameters', text }]));

describe('PNG text', () => {
  it.each(['', 'a dog', 'café', 'línea\nNegative prompt: ÿ', '\r\n\t', '\u0085\u00a0'])(
    'writes %j as tEXt: Latin-1 holds it',
    (text) => {
      expect(written(text)).toEqual([{ type: 'tEXt', keyword: 'parameters', text }]);
    },
  );

  it.each(['テスト 😀 café', 'Ā', '“quoted”', '\u2028'])('writes %j as iTXt: Latin-1 does not hold it', (text) => {
    expect(written(text)).toEqual([{ type: 'iTXt', keyword: 'parameters', text }]);
  });

  it('gives back any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        fc.pre(!text.includes('\0'));
        expect(written(text)[0]?.text).toBe(text);
      }),
    );
  });
});
