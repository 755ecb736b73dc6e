/** The longest beginning of a text that fits in so many bytes of UTF-8, cut between characters. */
export function cutToBytes(text: string, bytesMax: number): string {
  const bytes = new TextEncoder().encode(text.toWellFormed());
  if (bytes.length <= bytesMax) return text.toWellFormed();
  let end = bytesMax;
  // Continuation bytes are 10xxxxxx: a cut before one would split a character.
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return new TextDecoder().decode(bytes.subarray(0, end));
}
