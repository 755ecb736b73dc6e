/** A text of a PNG; `keyword` has 1–79 printable Latin-1 characters. */
export type PngText = { keyword: string; text: string };

const BEYOND_LATIN1 = /[^\p{ASCII}\u0080-\u00ff]/u;

/**
 * Type and data of the chunk that readers see as `info[keyword] === text`: `tEXt` where Latin-1 can hold the text,
 * else `iTXt` in UTF-8 (ISO/IEC 15948, 11.3.4). Raw UTF-8 in a `tEXt` would be read as other characters.
 */
export function textChunk({ keyword, text }: PngText): [type: 'tEXt' | 'iTXt', data: Buffer] {
  if (!BEYOND_LATIN1.test(text)) return ['tEXt', Buffer.from(`${keyword}\0${text}`, 'latin1')];
  // Keyword, its end; not compressed, method 0; no language; no translated keyword; text.
  const head = Buffer.from(`${keyword}\0\0\0\0\0`, 'latin1');
  return ['iTXt', Buffer.concat([head, Buffer.from(text, 'utf8')])];
}
