import { writeSync } from 'node:fs';
import { BEAT_EVERY_MS, HEARTBEAT_DESCRIPTOR } from './heartbeat.ts';

/**
 * Runs on a thread of its own in the inference process: onnxruntime blocks the main one for a whole step, so that it would notice the
 * front's death late and could not say that it is alive. Ends the process as soon as its parent is another one.
 */
const LOOK_EVERY_MS = 250;
const parent = process.ppid;

setInterval(() => {
  if (process.ppid !== parent) process.kill(process.pid, 'SIGKILL');
}, LOOK_EVERY_MS);

setInterval(() => {
  try {
    writeSync(HEARTBEAT_DESCRIPTOR, '.');
  } catch {
    // A front that sleeps or is gone does not read; the one is waited for, the other noticed above.
  }
}, BEAT_EVERY_MS);
