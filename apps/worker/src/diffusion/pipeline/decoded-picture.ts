import { nonFiniteOutput } from './guided-denoiser.ts';

/** 8-bit RGB, row by row. */
export type Picture = { width: number; height: number; pixels: Uint8ClampedArray };

/**
 * The decoder's 3 × height × width in −1…1 as bytes: clamped, scaled and rounded to the nearest (to even at ties), as
 * diffusers does. Throws `NON_FINITE_OUTPUT` rather than paint such values black.
 */
export function decodedPicture(planes: Float32Array, width: number, height: number): Picture {
  const plane = width * height;
  // Clamps and rounds half to even by itself.
  const pixels = new Uint8ClampedArray(plane * 3);
  let sum = 0;
  for (let channel = 0; channel < 3; channel++) {
    for (let i = 0; i < plane; i++) {
      const value = planes[channel * plane + i] ?? 0;
      sum += value;
      pixels[i * 3 + channel] = (value + 1) * 127.5;
    }
  }
  if (!Number.isFinite(sum)) throw nonFiniteOutput('the decoder');
  return { width, height, pixels };
}
