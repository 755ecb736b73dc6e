import type { Outcome } from '@darkroom/shared/schemas/events';
import type { JobStatus } from '@darkroom/shared/schemas/job';
import { TOPICS } from '@darkroom/shared/schemas/topics';

/** Where an outcome is published. */
export const OUTCOME_TOPICS = {
  completed: TOPICS.completed,
  cancelled: TOPICS.cancelled,
  dead_lettered: TOPICS.deadLetters,
} as const satisfies Record<Outcome['type'], string>;

/** What a job with this outcome is called. */
export const OUTCOME_STATUS = {
  completed: 'completed',
  cancelled: 'cancelled',
  dead_lettered: 'failed',
} as const satisfies Record<Outcome['type'], JobStatus>;
