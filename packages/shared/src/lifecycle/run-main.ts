import { isDarkroomError, messageOf } from '../errors/darkroom-error.ts';
import type { Logger } from '../telemetry/logger.ts';
import { followSupervisor } from './follow-supervisor.ts';

/**
 * The frame of a process: starts it, stops it on SIGTERM or SIGINT (a second one, or the deadline, is forceful),
 * and turns a failed start into one sentence and exit code 1.
 */
export async function runMain(
  start: (signal: AbortSignal) => Promise<AsyncDisposable>,
  options: { logger: Logger; stopDeadlineMs: number },
): Promise<void> {
  const { logger, stopDeadlineMs } = options;
  const stopping = new AbortController();
  const stop = (signal: NodeJS.Signals) => {
    if (stopping.signal.aborted) process.exit(130);
    logger.info({ signal }, 'stopping');
    stopping.abort(new Error(`stopped by ${signal}`));
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  followSupervisor(process.env['SUPERVISOR_PID']);
  try {
    const running = await start(stopping.signal);
    if (!stopping.signal.aborted) await new Promise((resolve) => stopping.signal.addEventListener('abort', resolve));
    setTimeout(() => {
      logger.warn({}, 'the stop took too long');
      process.exit(1);
    }, stopDeadlineMs).unref();
    await running[Symbol.asyncDispose]();
    logger.info({}, 'stopped');
    process.exit(0);
  } catch (error) {
    if (stopping.signal.aborted) process.exit(0);
    logger.error(isDarkroomError(error) ? { code: error.code } : { error }, messageOf(error));
    process.exit(1);
  }
}
