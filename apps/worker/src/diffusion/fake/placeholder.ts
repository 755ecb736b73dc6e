import type { Picture } from '../pipeline/decoded-picture.ts';
import { GLYPH_HEIGHT, GLYPH_WIDTH, isDotSet } from './glyphs.ts';

const BLOCKS = 8;
const LINE_LENGTH = 13;
const INK = [255, 255, 255] as const;

/**
 * A picture that shows whose it is: a pattern of coloured blocks from job id, seed and index, and on a dark band the job
 * id in hexadecimal glyphs, its index and seed below. The same arguments give the same pixels.
 */
export function placeholder(
  jobId: string,
  seed: number,
  index: number,
  size: { width: number; height: number },
): Picture {
  const { width, height } = size;
  const pixels = new Uint8ClampedArray(width * height * 3);
  const random = hashOf(`${jobId}/${seed}/${index}`);
  const colours = Array.from({ length: BLOCKS * BLOCKS }, (_, block) => hashOf(`${random}/${block}`));
  const side = Math.ceil(Math.max(width, height) / BLOCKS);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const colour = colours[Math.floor(y / side) * BLOCKS + Math.floor(x / side)] ?? 0;
      const at = (y * width + x) * 3;
      for (let channel = 0; channel < 3; channel++) pixels[at + channel] = 64 + ((colour >> (8 * channel)) & 127);
    }
  }
  drawLines({ width, height, pixels }, [...chunks(jobId), `${index}-${seed}`]);
  return { width, height, pixels };
}

function chunks(text: string): string[] {
  return Array.from({ length: Math.ceil(text.length / LINE_LENGTH) }, (_, i) =>
    text.slice(i * LINE_LENGTH, (i + 1) * LINE_LENGTH),
  );
}

/** As large as the picture allows, from its upper left corner. */
function drawLines(picture: Picture, lines: readonly string[]): void {
  const columns = Math.max(...lines.map((line) => line.length)) * (GLYPH_WIDTH + 1) + 1;
  const rows = lines.length * (GLYPH_HEIGHT + 1) + 1;
  const scale = Math.max(1, Math.floor(Math.min(picture.width / columns, picture.height / rows)));
  for (let y = 0; y < Math.min(rows * scale, picture.height); y++) {
    for (let x = 0; x < Math.min(columns * scale, picture.width); x++) {
      const at = (y * picture.width + x) * 3;
      if (isInk(lines, Math.floor(x / scale) - 1, Math.floor(y / scale) - 1)) picture.pixels.set(INK, at);
      else picture.pixels.set([0, 0, 0], at);
    }
  }
}

function isInk(lines: readonly string[], x: number, y: number): boolean {
  const [column, row] = [Math.floor(x / (GLYPH_WIDTH + 1)), Math.floor(y / (GLYPH_HEIGHT + 1))];
  const [dotX, dotY] = [x % (GLYPH_WIDTH + 1), y % (GLYPH_HEIGHT + 1)];
  if (x < 0 || y < 0 || dotX >= GLYPH_WIDTH || dotY >= GLYPH_HEIGHT) return false;
  return isDotSet(lines[row]?.[column] ?? ' ', dotX, dotY);
}

/** FNV-1a, 32 bits (Fowler, Noll, Vo): enough to tell pictures apart. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return (hash ^ (hash >>> 15)) >>> 0;
}
