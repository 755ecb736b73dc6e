import { setTimeout as sleep } from 'node:timers/promises';

/** Resolves after `ms`; rejects with the signal's reason as soon as it aborts. */
export async function delay(ms: number, options: { signal?: AbortSignal | undefined } = {}): Promise<void> {
  try {
    await sleep(ms, undefined, { signal: options.signal });
  } catch (error) {
    options.signal?.throwIfAborted();
    throw error;
  }
}

/** True when the signal aborted during the wait; never throws for it. */
export async function delayUnlessAborted(ms: number, signal: AbortSignal): Promise<boolean> {
  await sleep(ms, undefined, { signal }).catch(() => undefined);
  return signal.aborted;
}
