/** The text chunks of a PNG that this engine wrote; for tests, which must not trust the writer. */
export function readPngTexts(png: Buffer): { type: string; keyword: string; text: string }[] {
  const texts: { type: string; keyword: string; text: string }[] = [];
  for (let at = 8; at < png.length; ) {
    const length = png.readUInt32BE(at);
    const type = png.toString('latin1', at + 4, at + 8);
    const data = png.subarray(at + 8, at + 8 + length);
    at += length + 12;
    const end = data.indexOf(0);
    const keyword = data.toString('latin1', 0, end);
    if (type === 'tEXt') texts.push({ type, keyword, text: data.toString('latin1', end + 1) });
    if (type !== 'iTXt') continue;
    const [compressed, method] = [data[end + 1], data[end + 2]];
    if (compressed !== 0 || method !== 0) throw new Error('compressed text');
    const languageEnd = data.indexOf(0, end + 3);
    const translatedEnd = data.indexOf(0, languageEnd + 1);
    texts.push({ type, keyword, text: data.toString('utf8', translatedEnd + 1) });
  }
  return texts;
}
