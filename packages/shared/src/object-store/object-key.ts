const SEGMENT_BYTES_MAX = 80;
const KEY_BYTES_MAX = 1024;

/** The one rule for keys, the same in every store. */
export function isValidKey(key: string): boolean {
  if (!key.isWellFormed() || Buffer.byteLength(key) > KEY_BYTES_MAX) return false;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  if (/[\u0000-\u001f\u007f\\]/.test(key)) return false;
  return key
    .split('/')
    .every((segment) => !['', '.', '..'].includes(segment) && Buffer.byteLength(segment) <= SEGMENT_BYTES_MAX);
}
