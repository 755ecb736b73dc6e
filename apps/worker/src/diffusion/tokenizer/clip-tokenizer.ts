import { BYTE_ALPHABET } from './byte-alphabet.ts';
import { type BytePairVocabulary, bytePairEncode } from './byte-pair-encoding.ts';
import { clipWords, normalizeClipText } from './clip-text.ts';
import { type SpecialToken, splitAtSpecialTokens } from './special-tokens.ts';

/** Marks the last symbol of a word in the vocabulary. */
const WORD_END = '</w>';

export type ClipVocabulary = BytePairVocabulary & {
  startId: number;
  endId: number;
  padId: number;
  /** Stands for what the vocabulary lacks. */
  unknownId: number;
  specialTokens: readonly SpecialToken[];
  /** Ids that the text encoder takes at once, start and end markers counted. */
  length: number;
};

type TokenizedText = {
  /** Exactly `length` ids: start, text, end, padding. */
  ids: number[];
  /** Tokens of the text that did not fit. */
  cutTokens: number;
};

export type ClipTokenizer = {
  /** The ids of a text without markers, all of them. */
  encode(text: string): number[];
  /** One row for the text encoder. */
  tokenize(text: string): TokenizedText;
};

/** CLIP's tokenizer: the same ids as Hugging Face's `CLIPTokenizer` for any Unicode text. */
export function createClipTokenizer(vocabulary: ClipVocabulary): ClipTokenizer {
  const verbatim = vocabulary.specialTokens.filter((token) => !token.normalized);
  const normalized = vocabulary.specialTokens.filter((token) => token.normalized);

  const encode = (text: string): number[] =>
    splitAtSpecialTokens(text, verbatim)
      .flatMap((piece) =>
        typeof piece === 'string' ? splitAtSpecialTokens(normalizeClipText(piece), normalized) : [piece],
      )
      .flatMap((piece) =>
        typeof piece === 'string' ? clipWords(piece).flatMap((word) => encodeWord(word, vocabulary)) : [piece.id],
      );

  return {
    encode,
    tokenize(text) {
      const all = encode(text);
      const kept = all.slice(0, vocabulary.length - 2);
      const ids = [vocabulary.startId, ...kept, vocabulary.endId];
      while (ids.length < vocabulary.length) ids.push(vocabulary.padId);
      return { ids, cutTokens: all.length - kept.length };
    },
  };
}

function encodeWord(word: string, { ids, ranks, unknownId }: ClipVocabulary): number[] {
  const symbols = Array.from(Buffer.from(word, 'utf8'), (byte) => BYTE_ALPHABET[byte] ?? '');
  const last = symbols.pop();
  if (last === undefined) return [];
  symbols.push(last + WORD_END);
  return bytePairEncode(symbols, ranks).map((symbol) => ids.get(symbol) ?? unknownId);
}
