import { join } from 'node:path';
import { openEventLog } from '@darkroom/shared/composition/open-engines';
import { createIds } from '@darkroom/shared/ids/ids';
import { encodeEvent } from '@darkroom/shared/schemas/read-event';
import { TOPICS } from '@darkroom/shared/schemas/topics';
import { finishedJob, modelsListed } from './finished-job.ts';

/** Puts so many finished jobs, and the list of models, into the embedded log of a folder; their ids. */
export async function fillLog(data: string, count: number): Promise<string[]> {
  await using log = await openEventLog({ kind: 'embedded', folder: join(data, 'log'), leaseTimeoutMs: undefined });
  const ids = createIds();
  await log.publish(TOPICS.modelCatalog, { key: 'bench', payload: encodeEvent(modelsListed(ids)) });
  const jobIds: string[] = [];
  for (let done = 0; done < count; done += 500) {
    const batch = Array.from({ length: Math.min(500, count - done) }, () => finishedJob(ids));
    jobIds.push(...batch.map(({ requested }) => requested.jobId));
    await Promise.all(
      batch.flatMap(({ requested, completed }) => [
        log.publish(TOPICS.requestedLow, { key: requested.jobId, payload: encodeEvent(requested) }),
        log.publish(TOPICS.completed, { key: requested.jobId, payload: encodeEvent(completed) }),
      ]),
    );
  }
  return jobIds;
}
