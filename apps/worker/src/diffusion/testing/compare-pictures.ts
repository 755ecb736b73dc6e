import { readFileSync } from 'node:fs';

/** A file of raw float32, little-endian. */
export function floats(file: URL): Float32Array {
  return new Float32Array(Uint8Array.from(readFileSync(file)).buffer);
}

export function relativeError(found: Float32Array, wanted: Float32Array): number {
  sameLength(found, wanted);
  const difference = found.map((value, i) => value - (wanted[i] ?? 0));
  return Math.hypot(...difference) / Math.hypot(...wanted);
}

/** Decibels; endless for equal pictures. */
export function psnr(found: ArrayLike<number>, wanted: ArrayLike<number>): number {
  sameLength(found, wanted);
  let sum = 0;
  for (let i = 0; i < found.length; i++) sum += ((found[i] ?? 0) - (wanted[i] ?? 0)) ** 2;
  return 10 * Math.log10(255 ** 2 / (sum / found.length));
}

function sameLength(found: ArrayLike<number>, wanted: ArrayLike<number>): void {
  if (found.length !== wanted.length) throw new Error(`${found.length} values, where ${wanted.length} were expected`);
}
