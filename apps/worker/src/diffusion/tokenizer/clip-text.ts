/**
 * How CLIP's tokenizer cleans and cuts a text, as the Hugging Face reference does it:
 * NFC → white space to one space → lower case → words → bytes.
 */

const WHITE_SPACE = /\p{White_Space}+/gu;

/** CLIP's word pattern (Radford et al. 2021, arXiv:2103.00020): contractions, letters, single digits, everything else. */
const WORDS = /<\|startoftext\|>|<\|endoftext\|>|'s|'t|'re|'ve|'m|'ll|'d|\p{L}+|\p{N}|[^\p{White_Space}\p{L}\p{N}]+/gu;

/** GPT-2's pattern, which the reference applies once more to each word; only the spelt-out markers fall apart by it. */
const PARTS = /'s|'t|'re|'ve|'m|'ll|'d|\p{L}+|\p{N}+|[^\p{White_Space}\p{L}\p{N}]+/gu;

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
