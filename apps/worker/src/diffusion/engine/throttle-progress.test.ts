import { describe, expect, it } from 'vitest';
import type { EngineMessage } from './engine.ts';
import { throttleProgress } from './throttle-progress.ts';

const progress = (step: number, more: object = {}): EngineMessage => ({
  ...{ type: 'progress', phase: 'denoising', step, steps: 100, pictures: 0, elapsed_ms: 0, ...more },
});

function passed(messages: [atMs: number, message: EngineMessage][]): EngineMessage[] {
  let time = 0;
  const found: EngineMessage[] = [];
  const emit = throttleProgress(
    (message) => found.push(message),
    () => time,
  );
  for (const [atMs, message] of messages) {
    time = atMs;
    emit(message);
  }
  return found;
}

describe('progress', () => {
  it('passes twenty times a second at most, with its last step', () => {
    const all = Array.from({ length: 100 }, (_, i): [number, EngineMessage] => [i * 10, progress(i + 1)]);
    const found = passed(all);
    expect(found).toHaveLength(21);
    expect(found.at(-1)).toMatchObject({ step: 100 });
  });

  it('passes whole when steps are slow', () => {
    expect(passed([1, 2, 3].map((step) => [step * 60, progress(step)]))).toHaveLength(3);
  });

  it('never loses a preview, a phase or a finished picture', () => {
    const preview = { mime: 'image/png', width: 1, height: 1, base64: '' };
    const found = passed([
      [0, progress(1)],
      [1, progress(2, { preview })],
      [2, progress(2, { phase: 'decoding' })],
      [3, progress(2, { phase: 'decoding', pictures: 1 })],
      [4, progress(2, { phase: 'decoding', pictures: 1 })],
    ]);
    expect(found).toHaveLength(4);
  });
});
