/**
 * Runs on a thread of its own in the inference process: onnxruntime blocks the main one for a whole step, so that it
 * would notice the front's death late. Ends the process as soon as its parent is another one.
 */
const LOOK_EVERY_MS = 250;
const parent = process.ppid;

setInterval(() => {
  if (process.ppid !== parent) process.kill(process.pid, 'SIGKILL');
}, LOOK_EVERY_MS);
