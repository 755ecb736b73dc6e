import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createClipTokenizer } from './clip-tokenizer.ts';
import { makeVocabulary } from './tokenizer-files.ts';

/** The part of OpenAI's vocabulary of 49,408 entries that can matter for these texts, with its own ids and ranks. */
const golden = z
  .object({
    'openai-tokens': z.object({
      ids: z.record(z.string(), z.int()),
      ranks: z.record(z.string(), z.int()),
      rows: z.array(z.object({ text: z.string(), ids: z.array(z.int()) })),
    }),
  })
  .parse(JSON.parse(readFileSync(new URL('../goldens/openai-tokens.json', import.meta.url), 'utf8')))['openai-tokens'];

function tokenizer(config: { pad_token?: string }) {
  const merges = Object.entries(golden.ranks)
    .toSorted(([, a], [, b]) => a - b)
    .map(([merge]) => merge);
  return createClipTokenizer(makeVocabulary({ vocabulary: golden.ids, merges, addedTokens: [], config }, 77));
}

describe("OpenAI's vocabulary", () => {
  it.each(golden.rows.map(({ text, ids }) => [text, ids] as const))('gives the known ids for %j', (text, ids) => {
    expect(tokenizer({}).encode(text)).toEqual(ids);
  });

  it.each([
    ['<|endoftext|>', 49407],
    ['!', 0],
  ])('pads with %j where the config says so', (pad_token, padId) => {
    const padding = tokenizer({ pad_token });
    expect(padding.row(padding.encode('hello world'))).toEqual([49406, 3306, 1002, 49407, ...Array(73).fill(padId)]);
  });
});
