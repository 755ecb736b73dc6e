const NEWLINE = 0x0a;

/**
 * Splits a byte stream into lines at `\n` bytes only: U+2028, U+0085 and CR inside JSON text are not line ends.
 * Throws when a line is longer than `lineBytesMax`; a last line without its end is given as well.
 */
export async function* readLines(chunks: AsyncIterable<Uint8Array>, lineBytesMax: number): AsyncGenerator<string> {
  let pieces: Uint8Array[] = [];
  let length = 0;
  const takeLine = () => {
    const line = Buffer.concat(pieces, length).toString();
    pieces = [];
    length = 0;
    return line;
  };
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      pieces.push(chunk.subarray(start, end));
      length += end - start;
      if (length > lineBytesMax) throw new Error(`a line is longer than ${lineBytesMax} bytes`);
      start = end + 1;
      yield takeLine();
    }
    pieces.push(chunk.subarray(start));
    length += chunk.length - start;
    if (length > lineBytesMax) throw new Error(`a line is longer than ${lineBytesMax} bytes`);
  }
  if (length > 0) yield takeLine();
}
