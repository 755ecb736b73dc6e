import { DarkroomError } from '@darkroom/shared/errors/darkroom-error';
import { LIMITS } from '@darkroom/shared/schemas/limits';

/** The bytes of a body, refused as soon as they are more than the limit. */
export async function readBody(request: Request, bytesMax: number = LIMITS.requestBytesMax): Promise<Uint8Array> {
  const tooLarge = new DarkroomError('BODY_TOO_LARGE', `The body may have at most ${bytesMax} bytes`);
  if (Number(request.headers.get('content-length') ?? 0) > bytesMax) throw tooLarge;
  const chunks: Uint8Array[] = [];
  let length = 0;
  // Ending the loop early cancels the stream.
  for await (const chunk of request.body ?? []) {
    length += chunk.byteLength;
    if (length > bytesMax) throw tooLarge;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, length);
}

/**
 * A number that a double would change stays the text it was written as, for the schema to judge. The engine passes the source text
 * as a third parameter, which the types do not know yet.
 */
function keepExact(_key: string, value: unknown, ...[context]: unknown[]): unknown {
  const source = typeof context === 'object' && context !== null && 'source' in context ? context.source : null;
  const isLong = typeof source === 'string' && source.length > SURELY_EXACT_CHARACTERS;
  return typeof value === 'number' && isLong && String(value) !== source ? source : value;
}

const SURELY_EXACT_CHARACTERS = 15;

/** The JSON value of a body; an empty one gives `ifEmpty` where that is allowed. */
export function parseJson(bytes: Uint8Array, ifEmpty?: unknown): unknown {
  if (bytes.length === 0 && ifEmpty !== undefined) return ifEmpty;
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes), keepExact);
  } catch (error) {
    throw new DarkroomError('BAD_JSON', `The body is ${whatIsWrong(error)}`, { cause: error });
  }
}

function whatIsWrong(error: unknown): string {
  if (error instanceof SyntaxError) return 'not valid JSON';
  return error instanceof RangeError ? 'nested too deeply' : 'not valid UTF-8';
}
