import { decode } from 'fast-png';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { linesOf, post, requestOf } from '../../protocol/contract-client.ts';
import { diffusionConfig } from '../config.ts';
import { readPngTexts } from '../png/read-png-texts.ts';
import { type RunningDiffusion, startDiffusion } from '../start-diffusion.ts';
import { readDirectives } from './directives.ts';
import { GLYPH_HEIGHT, GLYPH_WIDTH, isDotSet } from './glyphs.ts';

describe('fake engine', () => {
  let service: RunningDiffusion;
  beforeAll(async () => {
    const models = JSON.stringify([{}, { id: 'other', size_multiple: 8 }]);
    service = await startDiffusion(
      diffusionConfig({ DIFFUSION_PORT: '0', DIFFUSION_ENGINE: 'fake', FAKE_MODELS: models, FAKE_STEP_MS: '0' }),
    );
    await service.untilReady();
  });
  afterAll(async () => await service[Symbol.asyncDispose]());

  const ask = async (prompt: string, attempt = 1) => await post(service.url, { ...requestOf({ prompt }), attempt });

  it('shows whose picture it is: in its text, and in glyphs that can be read back', async () => {
    const request = requestOf({ batch_size: 2, n_iters: 2, width: 128, height: 64, seed: 5 });
    const images = linesOf(await post(service.url, request), 'image');
    expect(images).toHaveLength(4);
    for (const { png, index, seed } of images) {
      const bytes = Buffer.from(png, 'base64');
      const own = readPngTexts(bytes).find(({ keyword }) => keyword === 'darkroom');
      expect(JSON.parse(own?.text ?? '')).toMatchObject({ job_id: request.job_id, index, seed });
      expect(readGlyphs(bytes, 3).join('')).toBe(request.job_id);
    }
  });

  it('does as the prompt tells', async () => {
    for (const [prompt, code] of [
      ['a dog fake:fail', 'ENGINE_FAILURE'],
      ['fake:permanent', 'SETTINGS_REFUSED'],
      ['fake:nan', 'NON_FINITE_OUTPUT'],
      ['fake:misspelt', 'ENGINE_FAILURE'],
    ] as const) {
      const answer = await ask(prompt);
      expect(linesOf(answer, 'error')[0]?.code).toBe(code);
      expect(linesOf(answer, 'image')).toEqual([]);
    }
  });

  it('fails as many attempts as it is told', async () => {
    const outcomes = [];
    for (const attempt of [1, 2, 3]) outcomes.push((await ask('fake:fail-attempts=2', attempt)).messages.at(-1)?.type);
    expect(outcomes).toEqual(['error', 'error', 'done']);
  });

  it('cuts the stream and lives on, or ends without an answer and is started again', async () => {
    const process = service.engineProcessId;
    expect(await ask('fake:cut')).toMatchObject({ end: 'cut' });
    expect(service.engineProcessId).toBe(process);
    expect(await ask('fake:exit')).toMatchObject({ end: 'cut' });
    expect((await ask('a dog')).messages.at(-1)?.type).toBe('done');
    expect(service.engineProcessId).not.toBe(process);
  });

  it('takes its time when it is told to', async () => {
    const started = performance.now();
    await ask('fake:step-ms=40');
    expect(performance.now() - started).toBeGreaterThan(3 * 40);
  });

  it('lists the models that it is told, each with its own limits', async () => {
    expect((await post(service.url, requestOf({ model: 'other', width: 72, height: 80 }))).status).toBe(200);
    expect((await post(service.url, requestOf({ width: 72 }))).status).toBe(422);
  });
});

describe('directives', () => {
  it('are found anywhere in a prompt, and only whole', () => {
    expect(readDirectives('a dog fake:step-ms=20, fake:fail')).toMatchObject({ stepMs: 20, fail: true, exit: false });
    expect(readDirectives('not-fake:fail notfake:fail')).toMatchObject({ fail: false });
  });

  it.each(['fake:fial', 'fake:step-ms', 'fake:fail=2', 'fake:step-ms=2 fake:x'])(
    '%j is refused, not ignored',
    (prompt) => {
      expect(() => readDirectives(prompt)).toThrow(/knows no directive/);
    },
  );
});

/** Reads lines of glyphs back from the upper left corner of a placeholder, by its known geometry. */
function readGlyphs(png: Buffer, lineCount: number): string[] {
  const { width, height, data } = decode(png);
  const scale = Math.max(
    1,
    Math.floor(Math.min(width / (13 * (GLYPH_WIDTH + 1) + 1), height / (4 * (GLYPH_HEIGHT + 1) + 1))),
  );
  const isInk = (x: number, y: number) =>
    (data[((y * scale + (scale >> 1)) * width + x * scale + (scale >> 1)) * 3] ?? 0) > 250;
  const glyphAt = (column: number, line: number) =>
    [...'0123456789abcdef-'].find((character) => {
      for (let y = 0; y < GLYPH_HEIGHT; y++) {
        for (let x = 0; x < GLYPH_WIDTH; x++) {
          const inked = isInk(1 + column * (GLYPH_WIDTH + 1) + x, 1 + line * (GLYPH_HEIGHT + 1) + y);
          if (inked !== isDotSet(character, x, y)) return false;
        }
      }
      return true;
    }) ?? '';
  return Array.from({ length: lineCount }, (_, line) =>
    Array.from({ length: 13 }, (_, column) => glyphAt(column, line)).join(''),
  );
}
