import type { Readable } from 'node:stream';

/** The file descriptor on which the inference process beats; 3 is Node's own channel. */
export const HEARTBEAT_DESCRIPTOR = 4;
export const BEAT_EVERY_MS = 1000;
/** A single look without a beat may be this process's own sleep. */
const SILENT_LOOKS_MAX = 3;

/**
 * Listens to the beats of an inference process and calls `onSilent` once when there was none for `silentMs`: the process is stopped or
 * hangs whole. A step that takes minutes does not matter, the beat comes from another thread.
 */
export function watchHeartbeat(beats: Readable, silentMs: number, onSilent: () => void): Disposable {
  let beaten = true;
  let silentLooks = 0;
  beats.on('data', () => {
    beaten = true;
  });
  beats.on('error', () => undefined);
  const looking = setInterval(() => {
    silentLooks = beaten ? 0 : silentLooks + 1;
    beaten = false;
    if (silentLooks < SILENT_LOOKS_MAX) return;
    clearInterval(looking);
    onSilent();
  }, silentMs / SILENT_LOOKS_MAX);
  return { [Symbol.dispose]: () => clearInterval(looking) };
}
