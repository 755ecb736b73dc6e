import { type DarkroomError, isDarkroomError } from '@darkroom/shared/errors/darkroom-error';
import { ERROR_CODES } from '@darkroom/shared/errors/error-codes';
import type { Problem } from '@darkroom/shared/schemas/api';
import type { Logger } from '@darkroom/shared/telemetry/logger';

/** What a `DarkroomError` may carry in its context for the problem document. */
type ProblemContext = Partial<Pick<Problem, 'errors' | 'job_status'>> & { headers?: Record<string, string> };

const RETRY_AFTER_SECONDS = 5;
/** These speak to whoever called; other messages of faults on our side may tell internals, and go to the log only. */
const SPOKEN = ['NOT_READY', 'DISK_FULL'];

/** Any error as an RFC 9457 problem document. */
export function problemResponse(error: unknown, logger: Logger): Response {
  if (!isDarkroomError(error)) {
    logger.error({ error }, 'a request failed in a way that is not foreseen');
    return answer({ code: 'INTERNAL', detail: 'Something went wrong here; the log has the details' });
  }
  const { status, title } = ERROR_CODES[error.code];
  const isOurs = status >= 500 && !SPOKEN.includes(error.code);
  if (isOurs) logger.error({ code: error.code, error }, 'a request failed');
  return answer({
    code: error.code,
    detail: isOurs ? title : error.message,
    retryAfterSeconds: status === 503 ? (error.retryAfterSeconds ?? RETRY_AFTER_SECONDS) : error.retryAfterSeconds,
    // Only this project's own code fills the context, with the fields of the type.
    context: error.context as ProblemContext,
  });
}

function answer(problem: {
  code: DarkroomError['code'];
  detail: string;
  retryAfterSeconds?: number | undefined;
  context?: ProblemContext;
}): Response {
  const { code, detail, retryAfterSeconds, context = {} } = problem;
  const { status, title } = ERROR_CODES[code];
  const body: Problem = {
    type: 'about:blank',
    title,
    status,
    detail,
    code,
    ...(context.errors ? { errors: context.errors } : {}),
    ...(context.job_status ? { job_status: context.job_status } : {}),
  };
  return new Response(JSON.stringify(body), {
    status,
    headers: {
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
      ...(retryAfterSeconds === undefined ? {} : { 'retry-after': String(Math.ceil(retryAfterSeconds)) }),
      ...context.headers,
    },
  });
}
