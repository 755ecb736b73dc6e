import { DarkroomError } from '../errors/darkroom-error.ts';
import type { Abortable } from '../lifecycle/abortable.ts';
import type { EventLog } from './event-log.ts';

/**
 * Publishes every message of a log to another, empty one: the same keys, bytes and properties, topic by topic in order. Gives the
 * number of messages of each topic. Publish times and positions are new; subscriptions of the target get everything from the start,
 * which is harmless: whoever meets a job that has its outcome acknowledges it, and a retry that waited for its time comes at once.
 */
export async function copyLog(
  from: EventLog,
  to: EventLog,
  topics: readonly string[],
  { signal }: Abortable = {},
): Promise<ReadonlyMap<string, number>> {
  for (const topic of topics) await refuseFilled(to, topic, { signal });
  const counts = new Map<string, number>();
  for (const topic of topics) {
    let count = 0;
    for await (const messages of from.read(topic, { after: null, follow: false, signal })) {
      // At once, yet in order: a log takes messages in the order of the calls.
      await Promise.all(
        messages.map(({ key, payload, properties }) => to.publish(topic, { key, payload, properties }, { signal })),
      );
      count += messages.length;
    }
    counts.set(topic, count);
  }
  return counts;
}

/** A second copy behind a first would be folded without harm, but nobody means to have it. */
async function refuseFilled(log: EventLog, topic: string, options: Abortable): Promise<void> {
  if ((await log.lastPosition(topic, options)) === null) return;
  throw new DarkroomError(
    'CONFLICT',
    `The topic ${topic} of the target already has messages: copy into a namespace that the setup has just made`,
  );
}
