/**
 * A printable stand-in for each of the 256 bytes, as byte-level BPE vocabularies write them (GPT-2, Radford et al. 2019):
 * printable Latin-1 characters stand for themselves, the rest are moved to U+0100 and above.
 */
export const BYTE_ALPHABET: readonly string[] = makeByteAlphabet();

function makeByteAlphabet(): string[] {
  const printable = (byte: number) => (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;
  let moved = 0;
  return Array.from({ length: 256 }, (_, byte) => String.fromCharCode(printable(byte) ? byte : 0x100 + moved++));
}
