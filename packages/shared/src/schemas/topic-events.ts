import type { z } from 'zod';
import {
  cancelled,
  completed,
  deadLettered,
  failed,
  malformed,
  modelsListed,
  picturesKept,
  progress,
  queueControlled,
  replayed,
  requested,
  retryRequested,
  started,
  workerStatus,
} from './events.ts';
import { TOPICS, type Topic } from './topics.ts';

/** The schemas of all events, by the names under which their JSON Schema is published. */
export const EVENT_SCHEMAS = {
  Requested: requested,
  RetryRequested: retryRequested,
  Started: started,
  Failed: failed,
  Completed: completed,
  Cancelled: cancelled,
  PicturesKept: picturesKept,
  DeadLettered: deadLettered,
  Malformed: malformed,
  ModelsListed: modelsListed,
  Replayed: replayed,
  QueueControlled: queueControlled,
  Progress: progress,
  WorkerStatus: workerStatus,
} as const satisfies Record<string, z.ZodType>;
export type EventName = keyof typeof EVENT_SCHEMAS;

/** What the messages of a topic are. */
export const TOPIC_EVENTS: Readonly<Record<Topic, readonly EventName[]>> = {
  [TOPICS.requestedHigh]: ['Requested'],
  [TOPICS.requested]: ['Requested'],
  [TOPICS.requestedLow]: ['Requested'],
  [TOPICS.retry]: ['RetryRequested'],
  [TOPICS.deadLetters]: ['DeadLettered', 'Malformed'],
  [TOPICS.started]: ['Started'],
  [TOPICS.failed]: ['Failed'],
  [TOPICS.completed]: ['Completed'],
  [TOPICS.cancelled]: ['Cancelled', 'PicturesKept'],
  [TOPICS.modelCatalog]: ['ModelsListed'],
  [TOPICS.deadLetterActions]: ['Replayed'],
  [TOPICS.queueControl]: ['QueueControlled'],
  [TOPICS.progress]: ['Progress'],
  [TOPICS.workerStatus]: ['WorkerStatus'],
};
