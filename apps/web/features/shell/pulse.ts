import type { LiveView } from '../job/live-view.ts';

export type Pulse = { tone: 'live' | 'calm' | 'warn'; text: string; detail: string };

/** The workers in a few words. */
export function pulseOf({ connection, workers }: Pick<LiveView, 'connection' | 'workers'>): Pulse {
  if (connection !== 'open')
    return { tone: 'warn', text: 'Connecting …', detail: 'No connection to the server at the moment' };
  if (workers.length === 0) return { tone: 'warn', text: 'No worker', detail: 'Jobs are kept, and wait for a worker' };
  const waiting = workers.find((worker) => worker.reason !== null);
  const rendering = workers.filter((worker) => worker.state === 'rendering').length;
  const count = workers.length === 1 ? '1 worker' : `${workers.length} workers`;
  if (rendering > 0)
    return {
      tone: 'live',
      text: `${count} · ${rendering === 1 ? 'rendering' : `${rendering} rendering`}`,
      detail: count,
    };
  if (waiting) return { tone: 'warn', text: `${count} · not ready`, detail: waiting.reason ?? '' };
  if (workers.every((worker) => worker.state === 'paused'))
    return { tone: 'warn', text: `${count} · paused`, detail: 'The queue is paused' };
  return { tone: 'calm', text: `${count} · ready`, detail: count };
}
