import { randomUUID } from 'node:crypto';
import { decide } from '@darkroom/shared/decisions/decide';
import { decisionKeys } from '@darkroom/shared/decisions/decision-keys';
import type { EventLog } from '@darkroom/shared/event-log/event-log';
import { createIds } from '@darkroom/shared/ids/ids';
import type { ObjectStore } from '@darkroom/shared/object-store/object-store';
import {
  type Completed,
  type DeadLettered,
  type ModelsListed,
  type Outcome,
  outcome,
  type PersistentEvent,
  type Picture,
  persistentEvent,
  type Requested,
  type Started,
} from '@darkroom/shared/schemas/events';
import type { ModelInfo } from '@darkroom/shared/schemas/model-info';
import { encodeEvent } from '@darkroom/shared/schemas/read-event';
import { PERSISTENT_TOPICS, TOPICS } from '@darkroom/shared/schemas/topics';

const ids = createIds();
const envelope = () => ({ schemaVersion: 1, eventId: ids.next(), time: new Date().toISOString() }) as const;

export const MODEL: ModelInfo = {
  id: 'demo',
  title: 'Demo',
  description: null,
  digest: 'd1',
  format: 'diffusers-onnx',
  default_width: 256,
  default_height: 256,
  size_multiple: 64,
  min_side: 128,
  max_side: 512,
  default_sampler: 'euler',
  samplers: ['euler'],
  default_steps: 20,
  default_cfg_scale: 5,
  prompt_tokens: 22,
  examples: ['a dog'],
  clip_skip_max: 1,
  vocabulary: null,
};

export async function listModelsInLog(log: EventLog, models: ModelInfo[] = [MODEL]): Promise<void> {
  const event: ModelsListed = { ...envelope(), type: 'models_listed', workerId: 'w-1', models };
  await log.publish(TOPICS.modelCatalog, { key: 'w-1', payload: encodeEvent(event) });
}

/** What a sidecar would say of a job. */
export const facts = {
  started: (jobId: string, attempt = 1, workerId = 'w-1', epoch = 0): Started => ({
    ...envelope(),
    ...{ jobId, epoch, attempt, workerId, type: 'started' },
  }),
  completed: (jobId: string, pictures: Picture[], epoch = 0): Completed => ({
    ...envelope(),
    ...{ jobId, epoch, attempt: 1, workerId: 'w-1', type: 'completed', pictures },
    timings: { total_ms: 1000, inference_ms: 900, load_ms: 0 },
    modelDigest: 'd1',
    engine: { name: 'fake', version: '1', execution_provider: 'none' },
    warnings: [],
  }),
  deadLettered: (request: Requested, epoch = 0): DeadLettered => ({
    ...envelope(),
    ...{ jobId: request.jobId, epoch, attempt: 4, type: 'dead_lettered', request },
    causes: [{ code: 'ENGINE_FAILURE', message: 'broke', attempt: 4, workerId: 'w-1', time: new Date().toISOString() }],
  }),
};

const TOPIC_OF: Partial<Record<PersistentEvent['type'], string>> = {
  requested: TOPICS.requested,
  started: TOPICS.started,
  completed: TOPICS.completed,
  cancelled: TOPICS.cancelled,
  dead_lettered: TOPICS.deadLetters,
};

export async function publishFact(log: EventLog, event: PersistentEvent & { jobId: string }): Promise<void> {
  await log.publish(TOPIC_OF[event.type] ?? '', { key: event.jobId, payload: encodeEvent(event) });
}

/** As a sidecar ends a job: decides, then publishes what stands. */
export async function settle(log: EventLog, store: ObjectStore, event: Outcome): Promise<Outcome> {
  const decision = await decide(store, decisionKeys.outcome(event.jobId, event.epoch), event, outcome);
  await publishFact(log, decision.event);
  return decision.event;
}

export async function storePicture(
  store: ObjectStore,
  jobId: string,
  index: number,
  body: Uint8Array,
): Promise<Picture> {
  const sha256 = randomUUID().replaceAll('-', '').repeat(2);
  const key = decisionKeys.picture(jobId, 0, sha256);
  await store.put(key, body, { contentType: 'image/png' });
  return { index, seed: index, width: 256, height: 256, bucket: 'local', key, sha256, bytes: body.length };
}

export type Published = {
  topic: string;
  key: string;
  properties: Readonly<Record<string, string>>;
  text: string;
  event: PersistentEvent;
};

/** Everything in the log but the catalog. */
export async function published(log: EventLog): Promise<Published[]> {
  const all: Published[] = [];
  for (const topic of PERSISTENT_TOPICS) {
    if (topic === TOPICS.modelCatalog) continue;
    for await (const messages of log.read(topic, { after: null, follow: false })) {
      for (const { key, properties, payload } of messages) {
        const text = new TextDecoder().decode(payload);
        all.push({ topic, key, properties, text, event: persistentEvent.parse(JSON.parse(text)) });
      }
    }
  }
  return all;
}
