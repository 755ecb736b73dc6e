import type { EventLog } from '@darkroom/shared/event-log/event-log';
import { delayUnlessAborted } from '@darkroom/shared/lifecycle/delay';

const LOOK_EVERY_MS = 1000;

/**
 * Resolves when the log can be asked about a topic again (or the signal aborts). A reader cannot tell: it waits for messages, and on a
 * quiet topic none comes to say that the log is back.
 */
export async function untilLogAnswers(log: EventLog, topic: string, signal: AbortSignal): Promise<void> {
  while (!(await delayUnlessAborted(LOOK_EVERY_MS, signal))) {
    const answers = await log.lastPosition(topic, { signal }).then(
      () => true,
      () => false,
    );
    if (answers) return;
  }
}
