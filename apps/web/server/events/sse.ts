const encoder = new TextEncoder();

/**
 * One message of an event stream (WHATWG HTML, 9.2). JSON escapes every CR and LF of its strings, so the data is one line and no text
 * can begin another field.
 */
export function sseMessage(event: string, data: unknown, id?: string): Uint8Array {
  const idLine = id === undefined ? '' : `id: ${id}\n`;
  return encoder.encode(`${idLine}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
}

export const SSE_HEARTBEAT = encoder.encode(': heartbeat\n\n');
/** How soon a browser connects again. */
export const SSE_RETRY = encoder.encode('retry: 1000\n\n');
