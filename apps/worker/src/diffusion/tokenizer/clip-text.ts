/**
 * How CLIP's tokenizer cleans and cuts a text, as the Hugging Face reference does it:
 * NFC → white space to one space → lower case → words → bytes.
 */

const WHITE_SPACE = /\p{White_Space}+/gu;

/**
 * Letters and digits of Unicode 17, whose tables Node 24 has and the reference (tokenizers 0.23) has not: to it they are symbols. Found by
 * asking it of every character that Node takes for one (training/unicode_tokens.py has them among its strings).
 */
const YOUNG_LETTERS = [
  '\\u{88f}\\u{c5c}\\u{cdc}\\u{a7ce}\\u{a7cf}\\u{a7d2}\\u{a7d4}\\u{a7f1}\\u{10940}-\\u{10959}\\u{10ec5}-\\u{10ec7}\\u{11db0}-\\u{11ddb}',
  '\\u{11de0}-\\u{11de9}\\u{16ea0}-\\u{16eb8}\\u{16ebb}-\\u{16ed3}\\u{16ff2}-\\u{16ff6}\\u{187f8}-\\u{187ff}\\u{18d09}-\\u{18d1e}',
  '\\u{18d80}-\\u{18df2}\\u{1e6c0}-\\u{1e6de}\\u{1e6e0}-\\u{1e6e2}\\u{1e6e4}\\u{1e6e5}\\u{1e6e7}-\\u{1e6ed}\\u{1e6f0}-\\u{1e6f4}',
  '\\u{1e6fe}\\u{1e6ff}\\u{2b73a}-\\u{2b73f}\\u{2cea2}-\\u{2cead}\\u{323b0}-\\u{33479}',
].join('');
const LETTER = `[\\p{L}--[${YOUNG_LETTERS}]]`;
const NUMBER = `[\\p{N}--[${YOUNG_LETTERS}]]`;
const OTHER = `[[^\\p{White_Space}\\p{L}\\p{N}]${YOUNG_LETTERS}]`;
const CONTRACTIONS = "'s|'t|'re|'ve|'m|'ll|'d";

/** CLIP's word pattern (Radford et al. 2021, arXiv:2103.00020): contractions, letters, single digits, everything else. */
const WORDS = new RegExp(`<\\|startoftext\\|>|<\\|endoftext\\|>|${CONTRACTIONS}|${LETTER}+|${NUMBER}|${OTHER}+`, 'gv');

/** GPT-2's pattern, which the reference applies once more to each word; only the spelt-out markers fall apart by it. */
const PARTS = new RegExp(`${CONTRACTIONS}|${LETTER}+|${NUMBER}+|${OTHER}+`, 'gv');

/**
 * Combining marks and composing characters that came after Unicode 9, whose tables the reference's NFC has: to it they are letters like any
 * other, which neither compose nor change places with a neighbour.
 */
const UNKNOWN_TO_NFC = new RegExp(
  `([${[
    '\\u{7fd}\\u{897}-\\u{89f}\\u{8ca}-\\u{8d3}\\u{9fe}\\u{c3c}\\u{d3b}\\u{d3c}\\u{eba}\\u{1715}\\u{1abf}-\\u{1add}',
    '\\u{1ae0}-\\u{1aeb}\\u{1df6}-\\u{1dfa}\\u{a82c}\\u{105d2}\\u{105da}\\u{10d24}-\\u{10d27}\\u{10d69}-\\u{10d6d}\\u{10eab}',
    '\\u{10eac}\\u{10efa}\\u{10efb}\\u{10efd}-\\u{10eff}\\u{10f46}-\\u{10f50}\\u{10f82}-\\u{10f85}\\u{11070}\\u{1133b}',
    '\\u{113b8}\\u{113bb}\\u{113c2}\\u{113c9}\\u{113ce}-\\u{113d0}\\u{1145e}\\u{11839}\\u{1183a}\\u{11930}\\u{1193d}\\u{1193e}',
    '\\u{11943}\\u{119e0}\\u{11a34}\\u{11a47}\\u{11a99}\\u{11d42}\\u{11d44}\\u{11d45}\\u{11d97}\\u{11f41}\\u{11f42}',
    '\\u{1611e}-\\u{16120}\\u{16129}\\u{1612f}\\u{16d67}\\u{16ff0}\\u{16ff1}\\u{1e08f}\\u{1e130}-\\u{1e136}\\u{1e2ae}',
    '\\u{1e2ec}-\\u{1e2ef}\\u{1e4ec}-\\u{1e4ef}\\u{1e5ee}\\u{1e5ef}\\u{1e6e3}\\u{1e6e6}\\u{1e6ee}\\u{1e6ef}\\u{1e6f5}',
  ].join('')}]+)`,
  'u',
);

function composed(text: string): string {
  return text
    .split(UNKNOWN_TO_NFC)
    .map((part, i) => (i % 2 === 1 ? part : part.normalize('NFC')))
    .join('');
}

export function normalizeClipText(text: string): string {
  const spaced = composed(text).replace(WHITE_SPACE, ' ');
  // One character at a time: JavaScript's own rule for a Σ at the end of a word is not the reference's.
  return Array.from(spaced, (character) => character.toLowerCase()).join('');
}

/** The words of a normalized text, in order. */
export function clipWords(text: string): string[] {
  return Array.from(text.matchAll(WORDS), ([word]) => Array.from(word.matchAll(PARTS), ([part]) => part)).flat();
}
