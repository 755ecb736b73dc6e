import { expect, test } from 'vitest';
import { EncoderLayers } from './encoder-layers.ts';

test('holds one earlier layer beside the last, opened when it is wanted, and counts the time of all', async () => {
  const log: string[] = [];
  const graph = (name: string, runMs: number) => ({
    ...{ inputs: [], outputs: [], runMs, name },
    bind: () => ({ run: async () => new Float32Array() }),
    release: async () => void log.push(`release ${name}`),
  });
  const layers = new EncoderLayers(graph('1', 1), async (clipSkip) => {
    log.push(`open ${clipSkip}`);
    return graph(`${clipSkip}`, 10 * clipSkip);
  });
  for (const clipSkip of [1, 2, 2, 1, 3, 2]) {
    expect(await layers.graphOf(clipSkip)).toMatchObject({ name: `${clipSkip}` });
  }
  expect(log).toEqual(['open 2', 'release 2', 'open 3', 'release 3', 'open 2']);
  expect(layers.runMs).toBe(1 + 20 + 30 + 20);
  await layers.release();
  expect(log.slice(-2)).toEqual(['release 2', 'release 1']);
  expect(layers.runMs).toBe(71);
});
