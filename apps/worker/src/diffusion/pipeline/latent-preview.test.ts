import { describe, expect, it } from 'vitest';
import { PreviewEncoder } from '../engine/preview-encoder.ts';
import { latentPreview } from './latent-preview.ts';

/** Red is the first channel, green the constant 1, blue the constant −1. */
const map = {
  block: 1,
  matrix: [
    [1, 0, 0],
    [0, 0, 0],
    [0, 1, -1],
  ],
};

describe('preview', () => {
  it('is the linear map of each latent value', () => {
    const size = { channels: 2, width: 2, height: 1 };
    const { pixels, ...found } = latentPreview(Float32Array.of(-1, 1, 9, 9), size, map);
    expect(found).toEqual({ width: 2, height: 1 });
    expect([...pixels]).toEqual([0, 255, 0, 255, 255, 0]);
  });

  it('draws a block of pixels a value where the map has one', () => {
    const blocks = { block: 2, matrix: [Array(12).fill(0), [-1, -1, -1, 1, 1, 1, 1, 1, 1, -1, -1, -1]] };
    const { width, height, pixels } = latentPreview(new Float32Array(2), { channels: 1, width: 2, height: 1 }, blocks);
    expect([width, height]).toEqual([4, 2]);
    const red = [...pixels].filter((_, i) => i % 3 === 0);
    expect(red).toEqual([0, 255, 0, 255, 255, 0, 255, 0]);
  });

  it.each([16, 64, 96, 256])('shows the first picture of a batch within 8 KiB, whatever is in it (side %i)', (side) => {
    const size = { channels: 2, width: side, height: side };
    const noise = Float32Array.from({ length: 4 * side * side }, (_, i) => Math.sin(i * 12.9898) * 2);
    let time = 0;
    const previews = new PreviewEncoder(
      {
        block: 1,
        matrix: [
          [1, 0, 2],
          [0, 1, 0],
          [0, 0, 0],
        ],
      },
      size,
      () => time,
    );
    time = 1000;
    const preview = previews.encode(noise);
    expect(preview?.base64.length).toBeLessThanOrEqual(8 * 1024);
    expect((preview?.width ?? 0) * (preview?.height ?? 0)).toBeGreaterThanOrEqual(256);
    expect(previews.encode(noise)).toBeUndefined();
  });
});
