import { eventStream } from '../events/event-stream.ts';
import { awaitPositions, findJob, jobIdOf } from '../reads/find-job.ts';
import type { WebRuntime } from '../runtime.ts';
import type { ReadOptions } from './get-image.ts';

/** The stream of all jobs, or of one: what is, then what changes. */
export async function streamEvents(
  runtime: WebRuntime,
  id: string | null,
  { after, signal, lastEventId }: ReadOptions & { lastEventId: string | null },
): Promise<ReadableStream<Uint8Array>> {
  await awaitPositions(runtime, after, { signal });
  const job = id === null ? null : await findJob(runtime, jobIdOf(id), { signal });
  return eventStream(runtime, { jobId: job?.id ?? null, lastEventId, signal });
}
