/**
 * How CLIP's tokenizer cleans and cuts a text, as the Hugging Face reference does it:
 * NFC → white space to one space → lower case → words → bytes.
 */

const WHITE_SPACE = /\p{White_Space}+/gu;

/** CLIP's word pattern (Radford et al. 2021, arXiv:2103.00020): contractions, letters, single digits, everything else. */
const WORDS = /<\|startoftext\|>|<\|endoftext\|>|'s|'t|'re|'ve|'m|'ll|'d|\p{L}+|\p{N}|[^\p{White_Space}\p{L}\p{N}]+/gu;

/** GPT-2's pattern, which the reference applies once more to each word; only the spelt-out markers fall apart by it. */
const PARTS = /'s|'t|'re|'ve|'m|'ll|'d|\p{L}+|\p{N}+|[^\p{White_Space}\p{L}\p{N}]+/gu;

export function normalizeClipText(text: string): string {
  const spaced = text.normalize('NFC').replace(WHITE_SPACE, ' ');
  // One character at a time: JavaScript's own rule for a Σ at the end of a word is not the reference's.
  return Array.from(spaced, (character) => character.toLowerCase()).join('');
}

/** The words of a normalized text, in order. */
export function clipWords(text: string): string[] {
  return Array.from(text.matchAll(WORDS), ([word]) => Array.from(word.matchAll(PARTS), ([part]) => part)).flat();
}
