import { z } from 'zod';
import type { ClipVocabulary } from './clip-tokenizer.ts';
import type { SpecialToken } from './special-tokens.ts';

const tokenName = z.union([z.string(), z.object({ content: z.string(), normalized: z.boolean().default(false) })]);
type TokenName = z.infer<typeof tokenName>;

/** `tokenizer/tokenizer_config.json` and `special_tokens_map.json`: which tokens are the markers. */
const markers = z.object({
  bos_token: tokenName.nullish(),
  eos_token: tokenName.nullish(),
  pad_token: tokenName.nullish(),
  unk_token: tokenName.nullish(),
});
export const tokenizerConfig = markers.extend({
  model_max_length: z.number().nullish(),
});
export const specialTokensMap = markers;
type TokenizerConfig = z.infer<typeof tokenizerConfig>;

export const vocabularyFile = z.record(z.string(), z.int().min(0));

/** `tokenizer/tokenizer.json`, of which only the model and the added tokens are needed: CLIP's cleaning is known. */
export const tokenizerFile = z.object({
  added_tokens: z
    .array(z.object({ id: z.int().min(0), content: z.string(), normalized: z.boolean().default(false) }))
    .default([]),
  model: z.object({
    vocab: vocabularyFile,
    merges: z.array(z.union([z.string(), z.tuple([z.string(), z.string()])])),
  }),
});

/** What the files of one tokenizer folder say, before it is known to be complete. */
export type TokenizerFiles = {
  vocabulary: Record<string, number>;
  /** Both symbols with a space between them, most important first. */
  merges: readonly string[];
  addedTokens: readonly SpecialToken[];
  config: TokenizerConfig;
};

/** Lines of `merges.txt`; its first line names a version. */
export function parseMerges(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.replace(/\r$/, ''))
    .filter((line, i) => line !== '' && !(i === 0 && line.startsWith('#version')));
}

/**
 * The vocabulary as the tokenizer needs it; markers default to CLIP's own names.
 * Throws an `Error` with a sentence when a marker is in no vocabulary.
 */
export function makeVocabulary(files: TokenizerFiles, encoderLength: number): ClipVocabulary {
  const ids = new Map(Object.entries(files.vocabulary));
  for (const token of files.addedTokens) ids.set(token.content, token.id);
  const { config } = files;
  const end = config.eos_token ?? '<|endoftext|>';
  const pad = config.pad_token ?? end;
  // In the reference's order: a later plain name wins over an earlier description, and the padding is often given so.
  const named = { start: config.bos_token ?? '<|startoftext|>', end, unknown: config.unk_token ?? end, pad };
  const idOf = (token: TokenName): number => {
    const id = ids.get(contentOf(token));
    if (id === undefined) throw new Error(`the token ${JSON.stringify(contentOf(token))} is not in the vocabulary`);
    return id;
  };
  const specialTokens = new Map(files.addedTokens.map((token) => [token.content, token]));
  for (const token of Object.values(named)) {
    const content = contentOf(token);
    specialTokens.set(content, { content, id: idOf(token), normalized: typeof token !== 'string' && token.normalized });
  }
  return {
    ids,
    ranks: new Map(files.merges.map((merge, rank) => [merge, rank])),
    startId: idOf(named.start),
    endId: idOf(named.end),
    padId: idOf(named.pad),
    unknownId: idOf(named.unknown),
    specialTokens: [...specialTokens.values()],
    length: Math.min(encoderLength, config.model_max_length ?? encoderLength),
  };
}

function contentOf(token: TokenName): string {
  return typeof token === 'string' ? token : token.content;
}
