/**
 * Object keys as paths: each segment is percent-encoded so that any key is a valid, distinct and harmless file name on every
 * file system (also those that fold case or normalise Unicode). 80 bytes a segment stay under 255 characters encoded.
 */
import { isValidKey } from '../object-key.ts';

const PLAIN = /^[a-z0-9_-]+(\.[a-z0-9_-]+)*$/;
const RESERVED_ON_WINDOWS = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/;

/** The folders and the file of a key, or null for a key that no store takes. */
export function segmentsOf(key: string): string[] | null {
  return isValidKey(key) ? key.split('/').map(encodeSegment) : null;
}

function encodeSegment(segment: string): string {
  if (PLAIN.test(segment) && !RESERVED_ON_WINDOWS.test(segment)) return segment;
  let encoded = '';
  for (const byte of Buffer.from(segment)) {
    const character = String.fromCharCode(byte);
    encoded += /[a-z0-9_-]/.test(character) ? character : `%${byte.toString(16).padStart(2, '0')}`;
  }
  // "%+" cannot come from a byte: it marks a reserved name that has nothing to encode.
  return encoded === segment ? `%+${encoded}` : encoded;
}

/** The key segment of a file name that `segmentsOf` made. */
export function decodeSegment(name: string): string {
  const bytes: number[] = [];
  const text = name.startsWith('%+') ? name.slice(2) : name;
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === '%') {
      bytes.push(Number.parseInt(text.slice(at + 1, at + 3), 16));
      at += 2;
    } else bytes.push(text.charCodeAt(at));
  }
  return Buffer.from(bytes).toString();
}
