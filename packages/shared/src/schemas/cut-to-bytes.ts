const encoder = new TextEncoder();

/**
 * The longest beginning of a text that takes at most so many bytes as the inside of a JSON string (UTF-8, escapes counted), cut between
 * characters. What is cut so keeps an event within its limit, whatever the text is made of.
 */
export function cutToBytes(text: string, bytesMax: number): string {
  const whole = text.toWellFormed();
  if (jsonBytes(whole) <= bytesMax) return whole;
  let bytes = 0;
  let end = 0;
  for (const character of whole) {
    bytes += jsonBytes(character);
    if (bytes > bytesMax) break;
    end += character.length;
  }
  return whole.slice(0, end);
}

function jsonBytes(text: string): number {
  return encoder.encode(JSON.stringify(text)).length - 2;
}
