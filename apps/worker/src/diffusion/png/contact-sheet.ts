import { decode } from 'fast-png';
import { encodePng } from './encode-png.ts';

type Picture = { width: number; height: number; data: ArrayLike<number> };

/**
 * One PNG of many of the same size, row by row on white. `shrink`: pixels of a picture that make one of the sheet, along
 * one side.
 */
export function contactSheet(pngs: readonly Uint8Array[], options: { columns: number; shrink: number }): Buffer {
  const pictures: Picture[] = pngs.map((png) => decode(png));
  const { columns, shrink } = options;
  const [cellWidth, cellHeight] = [(pictures[0]?.width ?? 0) / shrink, (pictures[0]?.height ?? 0) / shrink];
  const width = columns * cellWidth;
  const height = Math.ceil(pictures.length / columns) * cellHeight;
  const pixels = new Uint8ClampedArray(width * height * 3).fill(255);
  for (const [i, picture] of pictures.entries()) {
    const [left, top] = [(i % columns) * cellWidth, Math.floor(i / columns) * cellHeight];
    for (let y = 0; y < cellHeight; y++) {
      for (let x = 0; x < cellWidth; x++) {
        pixels.set(meanColour(picture, x * shrink, y * shrink, shrink), ((top + y) * width + left + x) * 3);
      }
    }
  }
  return encodePng({ width, height, pixels });
}

function meanColour({ width, data }: Picture, left: number, top: number, side: number): number[] {
  return [0, 1, 2].map((channel) => {
    let sum = 0;
    for (let y = top; y < top + side; y++) {
      for (let x = left; x < left + side; x++) sum += data[(y * width + x) * 3 + channel] ?? 0;
    }
    return sum / side ** 2;
  });
}
