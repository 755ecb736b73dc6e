import type { PipelineModel } from './ports.ts';

/**
 * A deterministic model without a network, for tests of the pipeline: each chunk of a text has one state value, the
 * sum of its ids (tenfold a layer skipped); the denoiser answers 0.995 · x + (timestep + state) / 10⁵, nearly all noise; the decoder spreads the first channel.
 */
export function toyModel(
  scaleFactor: number,
  statesMax: number | null = null,
): PipelineModel & { calls: { rows: number; timestep: number; statesEach: number }[] } {
  const calls: { rows: number; timestep: number; statesEach: number }[] = [];
  return {
    calls,
    tokenizer: {
      encode: (text) => Array.from(text, (character) => character.codePointAt(0) ?? 0),
      chunkLength: 4,
      commaId: 44,
      row: (ids) => [0, ...Array.from({ length: 4 }, (_, i) => ids[i] ?? 0), 0],
    },
    textEncoder: {
      encode: async (rows, clipSkip) =>
        Float32Array.from(rows, (row) => row.reduce((a, b) => a + b, 0) * 10 ** (clipSkip - 1)),
    },
    denoiser: {
      statesMax,
      isToldGuidance: false,
      prepare({ rows, states, size }) {
        const length = size.channels * size.height * size.width;
        const statesEach = states.length / rows;
        const sums = Array.from({ length: rows }, (_, i) =>
          states.subarray(i * statesEach, (i + 1) * statesEach).reduce((a, b) => a + b, 0),
        );
        const input = new Float32Array(rows * length);
        const output = new Float32Array(rows * length);
        const predict = async (timestep: number) => {
          calls.push({ rows, timestep, statesEach });
          for (let i = 0; i < output.length; i++) {
            output[i] = 0.995 * (input[i] ?? 0) + (timestep + (sums[Math.floor(i / length)] ?? 0)) / 1e5;
          }
          return output;
        };
        return { input, predict };
      },
    },
    decoder: {
      async decode(latent, { height, width }) {
        const [rows, columns] = [height * scaleFactor, width * scaleFactor];
        return Float32Array.from({ length: 3 * rows * columns }, (_, i) => {
          const [y, x] = [Math.floor((i % (rows * columns)) / columns), i % columns];
          return Math.tanh(0.25 * (latent[Math.floor(y / scaleFactor) * width + Math.floor(x / scaleFactor)] ?? 0));
        });
      },
    },
  };
}
