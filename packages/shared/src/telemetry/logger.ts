import { pino } from 'pino';

/** Structured log of one process: JSON lines on standard output. Never prompts, groupings, e-mail addresses or secrets. */
export type Logger = {
  debug(fields: LogFields, message: string): void;
  info(fields: LogFields, message: string): void;
  warn(fields: LogFields, message: string): void;
  error(fields: LogFields, message: string): void;
  child(fields: LogFields): Logger;
};

/** `error` takes anything thrown; its message, code and stack are written. */
export type LogFields = Record<string, unknown>;

const REDACTED = ['prompt', 'negative_prompt', 'grouping', 'token', 'secret', 'password', 'authorization', 'cookie'];

export function createLogger(process: string, level = globalThis.process.env['LOG_LEVEL'] ?? 'info'): Logger {
  return pino(
    {
      level,
      base: { process },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { error: pino.stdSerializers.err },
      redact: { paths: REDACTED.flatMap((key) => [key, `*.${key}`, `*.*.${key}`]), censor: '[redacted]' },
    },
    pino.destination({ dest: 1, sync: true }),
  );
}

/** For tests and for callers that have nothing to say. */
export const silentLogger: Logger = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  child: () => silentLogger,
};
