import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { resolveRequest } from '../domain/resolve-request.ts';
import { createIds } from '../ids/ids.ts';
import { cutToBytes } from './cut-to-bytes.ts';
import { type Cause, type DeadLettered, type Requested, requested } from './events.ts';
import { imageRequest } from './generation-settings.ts';
import { LIMITS } from './limits.ts';
import type { ModelInfo } from './model-info.ts';
import { encodeEvent } from './read-event.ts';

const ids = createIds();
const time = '2026-01-01T00:00:00.000Z';
const MODEL: ModelInfo = {
  ...{ id: 'demo', title: 'Demo', description: null, digest: 'd', format: 'diffusers-onnx', default_width: 256 },
  ...{
    default_height: 256,
    size_multiple: 64,
    min_side: 64,
    max_side: 512,
    default_sampler: 'euler',
    examples: [],
    clip_skip_max: 1,
    vocabulary: null,
  },
  ...{ samplers: ['euler'], default_steps: 20, default_cfg_scale: 5, prompt_tokens: 75 },
};

/** Texts of the characters that grow most: escaped in JSON, or of several bytes. */
function longText(charactersMax: number): fc.Arbitrary<string> {
  const unit = fc.constantFrom('a', '"', '\\', '\n', '\u0001', '\u001f', '\u007f', 'é', '\u2028', '漢', '😀');
  return fc
    .tuple(unit, unit, fc.nat(charactersMax))
    .map(([a, b, length]) => (a + b).repeat(length).slice(0, length).toWellFormed());
}

const anyRequest = fc.record({
  generation_settings: fc.record(
    { prompt: longText(LIMITS.promptCharactersMax), negative_prompt: longText(LIMITS.promptCharactersMax) },
    { requiredKeys: ['prompt'] },
  ),
  metadata: fc.dictionary(longText(LIMITS.metadataKeyCharactersMax), longText(LIMITS.metadataValueCharactersMax), {
    maxKeys: LIMITS.metadataEntriesMax,
  }),
});

function eventOf(body: string): Requested | null {
  const parsed = imageRequest.safeParse(JSON.parse(body));
  if (!parsed.success || Buffer.byteLength(body) > LIMITS.requestBytesMax) return null;
  const resolved = resolveRequest(parsed.data.generation_settings, [MODEL], (maximum) => maximum);
  if (!resolved.ok) return null;
  return {
    ...{ schemaVersion: 1, eventId: ids.next(), time, jobId: ids.next(), epoch: 9, type: 'requested', lane: 'normal' },
    ...{ submittedBy: 'a'.repeat(100), replayedBy: 'b'.repeat(100), replayReason: '\u0001'.repeat(500) },
    ...{ replayEventId: ids.next(), traceparent: '0'.repeat(55), requestTime: time, resolved: resolved.resolved },
    generationSettings: resolved.generationSettings,
    metadata: parsed.data.metadata ?? {},
  };
}

describe('the size of events', () => {
  test('whatever is accepted, each event that follows from it fits', () => {
    let accepted = 0;
    fc.assert(
      fc.property(anyRequest, fc.array(longText(10_000), { minLength: 4, maxLength: 4 }), (request, messages) => {
        const event = eventOf(JSON.stringify(request));
        if (event === null) return;
        accepted += 1;
        const causes = messages.map(
          (message, index): Cause => ({
            ...{ code: 'ENGINE_FAILURE', attempt: index + 1, workerId: 'w'.repeat(70), time },
            message: cutToBytes(message, LIMITS.causeBytesMax),
          }),
        );
        const { schemaVersion, jobId, epoch } = event;
        const deadLetter: DeadLettered = {
          ...{ schemaVersion, eventId: ids.next(), time, jobId, epoch, type: 'dead_lettered', attempt: 4 },
          ...{ causes, request: event },
        };
        expect(encodeEvent(event).length).toBeLessThanOrEqual(LIMITS.eventBytesMax);
        expect(encodeEvent(deadLetter).length).toBeLessThanOrEqual(LIMITS.eventBytesMax);
        expect(requested.parse(JSON.parse(new TextDecoder().decode(encodeEvent(event))))).toEqual(event);
      }),
      { numRuns: 300 },
    );
    expect(accepted).toBeGreaterThan(50);
  });

  test('a text is cut to its bytes in JSON, between characters', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), fc.nat(60), (text, bytesMax) => {
        const cut = cutToBytes(text, bytesMax);
        const sizeOf = (value: string) => Buffer.byteLength(JSON.stringify(value)) - 2;
        expect(sizeOf(cut)).toBeLessThanOrEqual(bytesMax);
        expect(text.toWellFormed().startsWith(cut)).toBe(true);
        expect(cut.isWellFormed()).toBe(true);
        const [next = ''] = text.toWellFormed().slice(cut.length);
        if (next !== '')
          expect(sizeOf(cut + String.fromCodePoint(text.toWellFormed().codePointAt(cut.length) ?? 0))).toBeGreaterThan(
            bytesMax,
          );
      }),
    );
    expect(cutToBytes('a\ud800b', 10)).toBe('a\ufffdb');
  });
});
