import type { PreviewMap } from '../models/darkroom-file.ts';
import type { LatentSize } from './ports.ts';

export type Preview = { width: number; height: number; pixels: Uint8ClampedArray };

/** So many RGB pixels stay under 8 KiB of base64 even if they cannot be compressed. */
const PIXELS_MAX = 1900;

/**
 * A small approximate picture of the first latent of a batch, by the model's linear map: no decoder runs.
 * Latents that would give too many pixels are sampled coarsely.
 */
export function latentPreview(latents: Float32Array, size: LatentSize, map: PreviewMap): Preview {
  const stride = Math.max(1, Math.ceil(Math.sqrt((size.width * size.height * map.block ** 2) / PIXELS_MAX)));
  const columns = Math.floor(size.width / stride);
  const rows = Math.floor(size.height / stride);
  const width = columns * map.block;
  const pixels = new Uint8ClampedArray(width * rows * map.block * 3);
  const sums = new Float32Array(3 * map.block ** 2);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const block = blockOf(latents, size, map, row * stride * size.width + column * stride, sums);
      for (let y = 0; y < map.block; y++) {
        const line = block.subarray(y * map.block * 3, (y + 1) * map.block * 3);
        pixels.set(line, ((row * map.block + y) * width + column * map.block) * 3);
      }
    }
  }
  return { width, height: rows * map.block, pixels };
}

/** The RGB bytes of one latent value's block, written into `sums`, which is used again. */
function blockOf(
  latents: Float32Array,
  size: LatentSize,
  map: PreviewMap,
  at: number,
  sums: Float32Array,
): Float32Array {
  const plane = size.width * size.height;
  sums.set(map.matrix[size.channels] ?? []);
  for (let channel = 0; channel < size.channels; channel++) {
    const value = latents[channel * plane + at] ?? 0;
    const factors = map.matrix[channel] ?? [];
    for (let k = 0; k < sums.length; k++) sums[k] = (sums[k] ?? 0) + value * (factors[k] ?? 0);
  }
  for (let k = 0; k < sums.length; k++) sums[k] = ((sums[k] ?? 0) + 1) * 127.5;
  return sums;
}
