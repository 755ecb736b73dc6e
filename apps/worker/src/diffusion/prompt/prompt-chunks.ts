import type { ClipTokenizer } from '../tokenizer/clip-tokenizer.ts';
import { parsePrompt } from './parse-prompt.ts';

/** What the text encoder reads at once, markers not counted: ids, and a weight for each. */
export type PromptChunk = { ids: number[]; weights: number[] };

/** A chunk that would be cut in the middle of a phrase ends at its last comma, if that is not further back than this. */
const COMMA_BACK_MAX = 20;

/** A prompt of any length in chunks of the encoder's length, at least one: A1111's `tokenize_line`. */
export function promptChunks(tokenizer: ClipTokenizer, prompt: string): PromptChunk[] {
  const { chunkLength, commaId } = tokenizer;
  const chunks: PromptChunk[] = [];
  let chunk: PromptChunk = { ids: [], weights: [] };
  let afterComma = 0;
  const end = (rest: PromptChunk = { ids: [], weights: [] }) => {
    chunks.push(chunk);
    chunk = rest;
    afterComma = 0;
  };
  for (const part of parsePrompt(prompt)) {
    if (part === 'break') {
      end();
      continue;
    }
    for (const id of tokenizer.encode(part.text)) {
      const isFull = chunk.ids.length === chunkLength;
      const isNear = afterComma > 0 && chunkLength - afterComma < COMMA_BACK_MAX;
      if (isFull && isNear && id !== commaId)
        end({ ids: chunk.ids.splice(afterComma), weights: chunk.weights.splice(afterComma) });
      else if (isFull) end();
      chunk.ids.push(id);
      chunk.weights.push(part.weight);
      if (id === commaId) afterComma = chunk.ids.length;
    }
  }
  if (chunk.ids.length > 0 || chunks.length === 0) end();
  return chunks;
}
