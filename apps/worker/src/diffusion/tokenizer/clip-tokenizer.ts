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

export type ClipTokenizer = {
  /** The ids of a text without markers, all of them. */
  encode(text: string): number[];
  /** Tokens that fit into one row between its markers. */
  chunkLength: number;
  /** The id of a comma that stands alone; null where the vocabulary has none. */
  commaId: number | null;
  /** One row for the text encoder, of at most `chunkLength` ids: start, ids, end, padding. */
  row(ids: readonly number[]): number[];
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
    chunkLength: vocabulary.length - 2,
    commaId: vocabulary.ids.get(`,${WORD_END}`) ?? null,
    row(ids) {
      const padding = Array<number>(vocabulary.length - 2 - ids.length).fill(vocabulary.padId);
      return [vocabulary.startId, ...ids, vocabulary.endId, ...padding];
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
