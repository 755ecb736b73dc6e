import type { EventLog } from '@darkroom/shared/event-log/event-log';

/** Whether the log can be asked about a topic now. */
export async function answers(log: EventLog, topic: string, signal: AbortSignal): Promise<boolean> {
  return await log.lastPosition(topic, { signal }).then(
    () => true,
    () => false,
  );
}
