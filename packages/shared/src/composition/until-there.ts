import { isDarkroomError } from '../errors/darkroom-error.ts';
import type { Abortable } from '../lifecycle/abortable.ts';
import { delay } from '../lifecycle/delay.ts';
import type { Logger } from '../telemetry/logger.ts';

/** After this a start fails, so that whoever supervises the process sees it. */
const WAIT_MS = 60_000;
const LOOK_EVERY_MS = 1000;

/** A process that starts while an engine is away waits for it; a setting that cannot work fails at once. */
export async function untilThere<T>(
  { signal, logger, waitMs = WAIT_MS }: Abortable & { logger?: Logger; waitMs?: number },
  open: () => Promise<T>,
): Promise<T> {
  const until = performance.now() + waitMs;
  for (let attempts = 1; ; attempts += 1) {
    try {
      return await open();
    } catch (error) {
      const isAway = isDarkroomError(error, 'STORE_UNAVAILABLE') || isDarkroomError(error, 'LOG_UNAVAILABLE');
      if (!isAway || error.context['refused'] === true || performance.now() > until) throw error;
      if (attempts === 1) logger?.warn({ reason: error.message }, 'the start waits for an engine that is away');
    }
    await delay(LOOK_EVERY_MS, { signal });
  }
}
