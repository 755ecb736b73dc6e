import { ERROR_CODES, type ErrorCode, type FailureKind } from './error-codes.ts';

type ErrorOptions = {
  cause?: unknown;
  /** Facts for the log and the problem document. Never prompts, secrets or paths of users. */
  context?: Record<string, unknown>;
  /** Seconds after which a caller may try again; becomes `Retry-After`. */
  retryAfterSeconds?: number;
};

/** The only error type that crosses a port or leaves a use case. */
export class DarkroomError extends Error {
  override readonly name = 'DarkroomError';
  readonly code: ErrorCode;
  readonly context: Record<string, unknown>;
  readonly retryAfterSeconds: number | undefined;

  constructor(code: ErrorCode, message: string, options: ErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.context = options.context ?? {};
    this.retryAfterSeconds = options.retryAfterSeconds;
  }

  get failure(): FailureKind {
    return ERROR_CODES[this.code].failure;
  }

  get retryable(): boolean {
    return this.failure !== 'permanent';
  }
}

/** Told by its shape: in the web process an error of one bundle is caught in another, where `instanceof` would fail. */
export function isDarkroomError(error: unknown, code?: ErrorCode): error is DarkroomError {
  if (!(error instanceof Error) || error.name !== 'DarkroomError' || !('code' in error)) return false;
  return code === undefined ? String(error.code) in ERROR_CODES : error.code === code;
}

/** The message of anything thrown, without a stack. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
