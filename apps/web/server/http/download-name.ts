const NAME_BYTES_MAX = 255;
/** Not allowed in names of files somewhere, or with a meaning in paths and headers; `\p{C}` are control and format characters. */
const FORBIDDEN = /[\p{Cc}\p{Cs}\u2028\u2029\u202a-\u202e\u2066-\u2069/\\:*?"<>|]+/gu;

/** A file name that begins with the prompt: at most 255 bytes, cut between characters, unique by its end. */
export function downloadName(prompt: string, jobId: string, index: number): string {
  const end = `${jobId}-${index}.png`;
  const words = prompt
    .toWellFormed()
    .replace(FORBIDDEN, ' ')
    .replace(/\s+/gu, ' ')
    .replace(/^[. ]+/, '')
    .trim();
  const beginning = cutBetweenCharacters(words, NAME_BYTES_MAX - Buffer.byteLength(end) - 1).trim();
  return beginning === '' ? end : `${beginning} ${end}`;
}

/** Between what people see as characters: an emoji of several code points stays whole. */
function cutBetweenCharacters(text: string, bytesMax: number): string {
  let cut = '';
  let bytes = 0;
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    bytes += Buffer.byteLength(segment);
    if (bytes > bytesMax) break;
    cut += segment;
  }
  return cut;
}
