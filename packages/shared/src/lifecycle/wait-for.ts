/** Waits for a promise, at most `withinMs`: its value, or null. Rejects with the signal's reason when that aborts first. */
export async function waitFor<T>(
  promise: Promise<T>,
  options: { signal?: AbortSignal | undefined; withinMs?: number | undefined } = {},
): Promise<T | null> {
  const { signal, withinMs } = options;
  signal?.throwIfAborted();
  const { promise: ended, resolve, reject } = Promise.withResolvers<null>();
  const abort = () => reject(signal?.reason);
  signal?.addEventListener('abort', abort);
  const timer = withinMs === undefined ? undefined : setTimeout(() => resolve(null), Math.max(0, withinMs));
  try {
    return await Promise.race([promise, ended]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
  }
}
