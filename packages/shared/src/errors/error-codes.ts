/**
 * The closed list of everything that can go wrong, and what each means to a caller.
 *
 * `failure` says how a worker treats it (PROTOCOL: three different things):
 * - `permanent`: cannot ever work, dead-lettered at once;
 * - `job`: this attempt failed, retried up to the limit;
 * - `infrastructure`: not the job's fault, never counted, waited out.
 *
 * `status` is the HTTP status of a problem document with this code.
 */
export const ERROR_CODES = {
  // Requests
  BAD_JSON: { failure: 'permanent', status: 400, title: 'The body is not valid JSON' },
  VALIDATION_FAILED: { failure: 'permanent', status: 422, title: 'The request is invalid' },
  BODY_TOO_LARGE: { failure: 'permanent', status: 413, title: 'The body is too large' },
  UNSUPPORTED_MEDIA_TYPE: { failure: 'permanent', status: 415, title: 'The content type is not supported' },
  HOST_REFUSED: { failure: 'permanent', status: 421, title: 'This host name is not served here' },
  ORIGIN_REFUSED: { failure: 'permanent', status: 403, title: 'Requests from this origin are refused' },
  BAD_ADDRESS: { failure: 'permanent', status: 400, title: 'Bad address' },
  NOT_FOUND: { failure: 'permanent', status: 404, title: 'Not found' },
  GONE: { failure: 'permanent', status: 410, title: 'Gone' },
  METHOD_NOT_ALLOWED: { failure: 'permanent', status: 405, title: 'Method not allowed' },
  CONFLICT: { failure: 'permanent', status: 409, title: 'The job is in another state' },
  IDEMPOTENCY_MISMATCH: { failure: 'permanent', status: 422, title: 'The idempotency key belongs to another request' },
  RANGE_NOT_SATISFIABLE: { failure: 'permanent', status: 416, title: 'The range cannot be satisfied' },
  NOT_READY: { failure: 'infrastructure', status: 503, title: 'Not ready yet' },
  INTERNAL: { failure: 'infrastructure', status: 500, title: 'Internal error' },

  // Rendering
  SETTINGS_REFUSED: { failure: 'permanent', status: 422, title: 'The model cannot render these settings' },
  MODEL_UNAVAILABLE: { failure: 'job', status: 503, title: 'The model is missing or unreadable on this worker' },
  NON_FINITE_OUTPUT: { failure: 'job', status: 500, title: 'The model produced values that are not numbers' },
  OUT_OF_MEMORY: { failure: 'job', status: 500, title: 'Not enough memory for this picture' },
  ENGINE_FAILURE: { failure: 'job', status: 500, title: 'The engine failed' },
  WORKER_CRASHED: { failure: 'permanent', status: 500, title: 'The job crashed its worker again and again' },
  MALFORMED: { failure: 'permanent', status: 500, title: 'The message cannot be read' },

  // Infrastructure
  ENGINE_UNREACHABLE: { failure: 'infrastructure', status: 503, title: 'The engine does not answer' },
  LOG_UNAVAILABLE: { failure: 'infrastructure', status: 503, title: 'The event log does not answer' },
  STORE_UNAVAILABLE: { failure: 'infrastructure', status: 503, title: 'The object store does not answer' },
  DISK_FULL: { failure: 'infrastructure', status: 503, title: 'The disk is full' },
  CONFIG_INVALID: { failure: 'permanent', status: 500, title: 'The configuration is invalid' },
} as const satisfies Record<string, { failure: FailureKind; status: number; title: string }>;

export type FailureKind = 'permanent' | 'job' | 'infrastructure';
export type ErrorCode = keyof typeof ERROR_CODES;
