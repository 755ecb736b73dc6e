/**
 * Every topic, in one place. Names stand without tenant and namespace, which are configuration.
 * `persistent` topics are kept without end; `live` ones are not stored and nothing of them is folded.
 */
export const TOPICS = {
  requestedHigh: 'requested_txt2img_generation_high',
  requested: 'requested_txt2img_generation',
  requestedLow: 'requested_txt2img_generation_low',
  retry: 'retry_requested_txt2img_generation',
  deadLetters: 'dlq_requested_txt2img_generation',
  started: 'started_txt2img_generation',
  failed: 'failed_txt2img_generation',
  completed: 'completed_txt2img_generation',
  cancelled: 'cancelled_txt2img_generation',
  modelCatalog: 'model_catalog',
  deadLetterActions: 'dead_letter_actions',
  queueControl: 'queue_control',
  progress: 'progress_txt2img_generation',
  workerStatus: 'worker_status',
} as const;
export type Topic = (typeof TOPICS)[keyof typeof TOPICS];

export const LIVE_TOPICS = [TOPICS.progress, TOPICS.workerStatus] as const;
export type LiveTopic = (typeof LIVE_TOPICS)[number];
export type PersistentTopic = Exclude<Topic, LiveTopic>;

export const PERSISTENT_TOPICS = Object.values(TOPICS).filter(
  (topic): topic is PersistentTopic => !LIVE_TOPICS.some((live) => live === topic),
);

/** The Shared subscription of the sidecars. */
export const SIDECARS_SUBSCRIPTION = 'sidecars';

/**
 * The topics that sidecars pull jobs from, with their weights (PROTOCOL: lanes 8 : 3 : 1, retries share the middle one).
 */
export const QUEUE_SOURCES = [
  { topic: TOPICS.requestedHigh, weight: 8 },
  { topic: TOPICS.requested, weight: 3 },
  { topic: TOPICS.retry, weight: 3 },
  { topic: TOPICS.requestedLow, weight: 1 },
] as const satisfies readonly { topic: PersistentTopic; weight: number }[];

export const LANE_TOPICS = {
  high: TOPICS.requestedHigh,
  normal: TOPICS.requested,
  low: TOPICS.requestedLow,
} as const;
export type Lane = keyof typeof LANE_TOPICS;
