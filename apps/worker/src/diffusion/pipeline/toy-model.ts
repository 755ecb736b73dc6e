import type { PipelineModel } from './ports.ts';

/**
 * A deterministic model without a network, for tests of the pipeline: each text has one state value, the sum of its
 * ids; the denoiser answers 0.995 · x + (timestep + state) / 10⁵, nearly all noise; the decoder spreads the first channel.
 */
export function toyModel(scaleFactor: number): PipelineModel & { calls: { rows: number; timestep: number }[] } {
  const calls: { rows: number; timestep: number }[] = [];
  return {
    calls,
    tokenizer: {
      encode: (text) => Array.from(text, (character) => character.codePointAt(0) ?? 0),
      tokenize(text) {
        const ids = this.encode(text);
        return {
          ids: [0, ...Array.from({ length: 4 }, (_, i) => ids[i] ?? 0), 0],
          cutTokens: Math.max(0, ids.length - 4),
        };
      },
    },
    textEncoder: {
      encode: async (rows) => Float32Array.from(rows, (row) => row.reduce((a, b) => a + b, 0)),
    },
    denoiser: {
      prepare({ rows, states, size }) {
        const length = size.channels * size.height * size.width;
        const input = new Float32Array(rows * length);
        const output = new Float32Array(rows * length);
        const predict = async (timestep: number) => {
          calls.push({ rows, timestep });
          for (let i = 0; i < output.length; i++) {
            output[i] = 0.995 * (input[i] ?? 0) + (timestep + (states[Math.floor(i / length)] ?? 0)) / 1e5;
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
