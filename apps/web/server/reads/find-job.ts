import { DarkroomError } from '@darkroom/shared/errors/darkroom-error';
import type { EventLog } from '@darkroom/shared/event-log/event-log';
import { canonicalUuid, timeOfId } from '@darkroom/shared/ids/ids';
import type { Abortable } from '@darkroom/shared/lifecycle/abortable';
import type { JobRecord } from '@darkroom/shared/read-model/job-record';
import type { ReadModelReader } from '@darkroom/shared/read-model/read-model-reader';
import { PERSISTENT_TOPICS } from '@darkroom/shared/schemas/topics';
import { validationError } from '../http/validate.ts';
import type { Positions, ReadBarrier } from './read-barrier.ts';

export type ReadContext = { reader: ReadModelReader; barrier: ReadBarrier; log: EventLog };

export const IMAGE_NOT_FOUND = 'Image not found';

/** An event of a job that is not folded yet may be this much older than the last moment at which all was folded. */
const SURELY_FOLDED_MS = 60_000;

/** The canonical id of a path's spelling of it. */
export function jobIdOf(text: string): string {
  const id = canonicalUuid(text);
  if (id !== null) return id;
  throw validationError([{ pointer: '/id', detail: 'must be a UUID' }]);
}

/** The job, or `NOT_FOUND`: said only when the read model has folded all that was in the log when the question came. */
export async function findJob(context: ReadContext, id: string, options: Abortable = {}): Promise<JobRecord> {
  const find = () => context.reader.job(id);
  const found = find() ?? (isLongPast(context, id) ? null : await afterCatchingUp(context, find, options));
  if (found !== null) return found;
  throw new DarkroomError('NOT_FOUND', IMAGE_NOT_FOUND);
}

/** Looks again once everything was folded that is in the log now; `NOT_READY` when that takes too long. */
export async function afterCatchingUp<T>({ barrier }: ReadContext, find: () => T, options: Abortable = {}): Promise<T> {
  const ends = await barrier.ends();
  if (await barrier.waitFor(ends, options)) return find();
  throw behind();
}

/** Waits for the positions that a client brings from its last change; those that are not of this log mean nothing. */
export async function awaitPositions(
  context: ReadContext,
  positions: Positions,
  options: Abortable = {},
): Promise<void> {
  const { barrier } = context;
  const known = new Map([...positions].filter(([topic]) => PERSISTENT_TOPICS.some((each) => each === topic)));
  if (known.size === 0 || passedOrForeign(context, known)) return;
  const ends = await barrier.ends();
  for (const [topic, position] of known) if (isBeyond(context, position, ends.get(topic))) known.delete(topic);
  if (!(await barrier.waitFor(known, options))) throw behind();
}

function passedOrForeign({ barrier }: ReadContext, positions: Positions): boolean {
  try {
    return barrier.hasPassed(positions);
  } catch {
    return true;
  }
}

/** A position beyond the end is of a log that is gone (a data folder that was reset). */
function isBeyond({ log }: ReadContext, position: string, end: string | undefined): boolean {
  return end === undefined || log.comparePositions(position, end) > 0;
}

export function behind(): DarkroomError {
  return new DarkroomError('NOT_READY', 'The read model is behind the log', { retryAfterSeconds: 1 });
}

/** True for an id whose job, if there were one, was folded long ago. Only a UUIDv7 tells its time. */
function isLongPast({ reader }: ReadContext, id: string): boolean {
  return id[14] === '7' && timeOfId(id) < reader.caughtUpAt() - SURELY_FOLDED_MS;
}
