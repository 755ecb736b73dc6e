import type { ServerResponse } from 'node:http';
import { DarkroomError, isDarkroomError } from '@darkroom/shared/errors/darkroom-error';
import { ERROR_CODES } from '@darkroom/shared/errors/error-codes';

/** Answers with a problem document (RFC 9457); unknown errors show nothing of their inside. */
export function answerProblem(response: ServerResponse, error: unknown): void {
  const known = isDarkroomError(error) ? error : new DarkroomError('INTERNAL', 'The diffusion service failed');
  const { status, title } = ERROR_CODES[known.code];
  response.writeHead(status, {
    'content-type': 'application/problem+json',
    'cache-control': 'no-store',
    ...(known.retryAfterSeconds === undefined ? {} : { 'retry-after': String(known.retryAfterSeconds) }),
  });
  response.end(JSON.stringify({ title, status, code: known.code, detail: known.message, ...known.context }));
}
