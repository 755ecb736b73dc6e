import type { IncomingMessage } from 'node:http';
import { DarkroomError } from '@darkroom/shared/errors/darkroom-error';

const BODY_BYTES_MAX = 1024 * 1024;
const LOOPBACK_HOST = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d{1,5})?$/i;

/** Refuses names that a web page could have bound to this address (DNS rebinding). */
export function checkHost({ headers }: IncomingMessage): void {
  if (!LOOPBACK_HOST.test(headers.host ?? '')) {
    throw new DarkroomError('HOST_REFUSED', 'This service answers only to loopback names');
  }
}

/** A page of another origin cannot send this type without being asked first, which nobody here answers. */
export function checkJson({ headers }: IncomingMessage): void {
  if (!/^application\/json\s*(;|$)/i.test(headers['content-type'] ?? '')) {
    throw new DarkroomError('UNSUPPORTED_MEDIA_TYPE', 'The content type must be application/json');
  }
}

export async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    length += chunk.length;
    if (length > BODY_BYTES_MAX) {
      throw new DarkroomError('BODY_TOO_LARGE', `The body is larger than ${BODY_BYTES_MAX} bytes`);
    }
    chunks.push(chunk);
  }
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks)));
  } catch (error) {
    throw new DarkroomError('BAD_JSON', 'The body is not JSON in UTF-8', { cause: error });
  }
}
