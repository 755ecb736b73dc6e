import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type ClipTokenizer, createClipTokenizer } from './clip-tokenizer.ts';
import { makeVocabulary, parseMerges, tokenizerConfig, tokenizerFile, vocabularyFile } from './tokenizer-files.ts';

const folder = new URL('../../../../../models/demo/tokenizer/', import.meta.url);
const read = (name: string) => readFileSync(new URL(name, folder), 'utf8');
const vocabulary = vocabularyFile.parse(JSON.parse(read('vocab.json')));
const merges = parseMerges(read('merges.txt'));
const length = 24;

const rows = z.array(z.object({ text: z.string(), ids: z.array(z.int()) }));
const golden = z
  .object({
    tokens: z.object({ rows, variants: z.array(z.object({ name: z.string(), config: tokenizerConfig, rows })) }),
  })
  .parse(JSON.parse(readFileSync(new URL('../goldens/tokens.json', import.meta.url), 'utf8'))).tokens;

function tokenizerOf(config: z.infer<typeof tokenizerConfig>): ClipTokenizer {
  return createClipTokenizer(makeVocabulary({ vocabulary, merges, addedTokens: [], config }, length));
}

const demo = tokenizerOf(tokenizerConfig.parse(JSON.parse(read('tokenizer_config.json'))));
const [start, end] = [vocabulary['<|startoftext|>'] ?? -1, vocabulary['<|endoftext|>'] ?? -1];

/** The row of a text, as far as it fits into one. */
const firstRow = (tokenizer: ClipTokenizer, text: string) =>
  tokenizer.row(tokenizer.encode(text).slice(0, tokenizer.chunkLength));

describe('CLIP tokenizer', () => {
  it.each(golden.rows.map((row) => [row.text, row.ids] as const))(
    'gives the ids of the reference for %j',
    (text, ids) => {
      expect([start, ...demo.encode(text), end]).toEqual(ids);
    },
  );

  it.each(
    golden.variants.flatMap(({ name, config, rows: each }) =>
      each.map((row) => [name, row.text, config, row.ids] as const),
    ),
  )('pads and finds markers as the reference (%s) in %j', (_name, text, config, ids) => {
    expect(firstRow(tokenizerOf(config), text)).toEqual(ids);
  });

  it('reads tokenizer.json alike', () => {
    const whole = tokenizerFile.parse(JSON.parse(read('tokenizer.json')));
    const files = {
      vocabulary: whole.model.vocab,
      merges: whole.model.merges.map((merge) => (typeof merge === 'string' ? merge : merge.join(' '))),
      addedTokens: whole.added_tokens,
      config: {},
    };
    const other = createClipTokenizer(makeVocabulary(files, length));
    for (const { text } of golden.rows) expect(other.encode(text)).toEqual(demo.encode(text));
  });

  it('knows the comma, at which long prompts are parted', () => {
    expect(demo.encode('a, dog')[1]).toBe(demo.commaId);
  });

  it('gives a row of the right length and known ids for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        const ids = firstRow(demo, text);
        expect(ids).toHaveLength(length);
        expect(ids.every((id) => id >= 0 && id <= end)).toBe(true);
      }),
    );
  });

  it('loses nothing but case, form and white space: the symbols spell the bytes of the cleaned text', () => {
    const symbols = new Map(Object.entries(vocabulary).map(([symbol, id]) => [id, symbol]));
    fc.assert(
      fc.property(fc.stringMatching(/^[\p{Ll}\p{Nd} ]{0,60}$/u), (text) => {
        const spelt = demo
          .encode(text)
          .map((id) => symbols.get(id)?.replace('</w>', ''))
          .join('');
        expect(spelt).toHaveLength(Buffer.byteLength(text.normalize('NFC').replace(/\p{White_Space}/gu, '')));
      }),
    );
  });

  it('takes one word of eight thousand letters in no time', () => {
    const started = performance.now();
    demo.encode('abcdefgh'.repeat(1000));
    expect(performance.now() - started).toBeLessThan(1000);
  });

  it('names a marker that the vocabulary lacks', () => {
    expect(() => tokenizerOf({ pad_token: '<pad>' })).toThrow(/"<pad>" is not in the vocabulary/);
  });
});
