import type { WebRuntime } from '../runtime.ts';

export type Publication = { topic: string; key: string; payload: Uint8Array; traceparent: string | null };

/** Publishes the events of a change, in their order; gives their positions. */
export async function publishAll(
  { log }: WebRuntime,
  publications: readonly Publication[],
): Promise<Map<string, string>> {
  const positions = new Map<string, string>();
  for (const { topic, key, payload, traceparent } of publications) {
    const properties = traceparent === null ? {} : { traceparent };
    positions.set(topic, await log.publish(topic, { key, payload, properties }));
  }
  return positions;
}
