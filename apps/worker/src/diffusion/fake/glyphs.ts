/** Hexadecimal digits and the hyphen in 3 × 5 dots, one row a character of three bits. */
const GLYPHS: Readonly<Record<string, string>> = {
  '0': '75557',
  '1': '26227',
  '2': '71747',
  '3': '71717',
  '4': '55711',
  '5': '74717',
  '6': '74757',
  '7': '71122',
  '8': '75757',
  '9': '75717',
  a: '75755',
  b: '65656',
  c: '74447',
  d: '65556',
  e: '74747',
  f: '74744',
  '-': '00700',
};

export const GLYPH_WIDTH = 3;
export const GLYPH_HEIGHT = 5;

/** Whether the dot of a character is set; characters without a glyph are blank. */
export function isDotSet(character: string, x: number, y: number): boolean {
  const row = Number(GLYPHS[character]?.[y] ?? 0);
  return ((row >> (GLYPH_WIDTH - 1 - x)) & 1) === 1;
}
