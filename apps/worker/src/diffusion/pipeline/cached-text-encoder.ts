import type { TextEncoder } from './ports.ts';

/** Of Stable Diffusion 1.5 these are 15 MB. */
const ROWS_MAX = 64;

/**
 * Keeps the hidden states of the rows that were used last: the empty prompt, and prompts that are drawn again with other seeds. A row is
 * encoded by itself, so that its states, to the last bit, do not depend on what else was asked for.
 */
export function cachedTextEncoder(encoder: TextEncoder, rowsMax = ROWS_MAX): TextEncoder {
  /** In order of use, the latest last. */
  const known = new Map<string, Float32Array>();
  const statesOf = async (row: readonly number[], clipSkip: number): Promise<Float32Array> => {
    const key = `${clipSkip}:${row.join()}`;
    // Copied: some runtimes give the same memory again at the next run.
    const states = known.get(key) ?? Float32Array.from(await encoder.encode([row], clipSkip));
    known.delete(key);
    known.set(key, states);
    const [oldest] = known.keys();
    if (known.size > rowsMax && oldest !== undefined) known.delete(oldest);
    return states;
  };
  return {
    async encode(rows, clipSkip) {
      const parts: Float32Array[] = [];
      for (const row of rows) parts.push(await statesOf(row, clipSkip));
      const all = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
      let at = 0;
      for (const part of parts) {
        all.set(part, at);
        at += part.length;
      }
      return all;
    },
  };
}
