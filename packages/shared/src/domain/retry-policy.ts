/** Attempts in all, the first one included. */
export const ATTEMPTS_MAX = 4;
/** Before attempts 2, 3 and 4. */
const RETRY_DELAYS_MS = [5_000, 30_000, 120_000];
/** Starts of the engine that nothing answered, in one delivery, before the job is handed back so that others flow. */
export const UNCLOSED_STARTS_PER_DELIVERY = 3;
export const CRASHED_HAND_BACK_MS = 30_000;
/** Beyond so many over all deliveries the job itself is what kills its workers. */
export const UNCLOSED_STARTS_MAX = 8;
/** A worker that was silent for longer is taken for dead; its job may be started elsewhere. */
export const WORKER_SILENT_MS = 15_000;

/** Times to wait, scaled by a factor that tests lower. */
export function retryDelayMs(failedAttempt: number, factor = 1): number {
  const delay = RETRY_DELAYS_MS[failedAttempt - 1];
  if (delay === undefined) throw new RangeError(`no retry follows attempt ${failedAttempt}`);
  return delay * factor;
}
