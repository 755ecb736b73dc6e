import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { createClipTokenizer } from './clip-tokenizer.ts';
import { makeVocabulary, parseMerges, tokenizerConfig, vocabularyFile } from './tokenizer-files.ts';

const folder = new URL('../../../../../models/demo/tokenizer/', import.meta.url);
const read = (name: string) => readFileSync(new URL(name, folder), 'utf8');
const tokenizer = createClipTokenizer(
  makeVocabulary(
    {
      vocabulary: vocabularyFile.parse(JSON.parse(read('vocab.json'))),
      merges: parseMerges(read('merges.txt')),
      addedTokens: [],
      config: tokenizerConfig.parse(JSON.parse(read('tokenizer_config.json'))),
    },
    77,
  ),
);

/** `npm run parity` names a file of other strings. */
const file = process.env['UNICODE_TOKENS'] ?? new URL('../goldens/unicode-tokens.json.gz', import.meta.url);
const { rows } = z
  .object({ rows: z.array(z.tuple([z.string(), z.array(z.int())])) })
  .parse(JSON.parse(gunzipSync(readFileSync(file)).toString()));

test('10,000 strings over all of Unicode have the ids of the reference', () => {
  expect(rows).toHaveLength(10_000);
  const wrong = rows.filter(([text, ids]) => JSON.stringify(tokenizer.encode(text)) !== JSON.stringify(ids));
  const shown = wrong.slice(0, 5).map(([text, ids]) => ({ text, ids, found: tokenizer.encode(text) }));
  expect({ wrong: wrong.length, shown }).toEqual({ wrong: 0, shown: [] });
});
