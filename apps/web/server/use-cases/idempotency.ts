import { createHash } from 'node:crypto';
import { decide, readDecision } from '@darkroom/shared/decisions/decide';
import { decisionKeys } from '@darkroom/shared/decisions/decision-keys';
import { DarkroomError } from '@darkroom/shared/errors/darkroom-error';
import { lane } from '@darkroom/shared/schemas/events';
import { isoTime, uuid } from '@darkroom/shared/schemas/text';
import type { Lane } from '@darkroom/shared/schemas/topics';
import { isoTimeOf } from '@darkroom/shared/time/clock';
import { z } from 'zod';
import { LOCAL_PERSON, type WebRuntime } from '../runtime.ts';

/** A `requested` event as it is published. */
export type Submission = { jobId: string; lane: Lane; payload: Uint8Array; traceparent: string | null };

const KEPT_MS = 24 * 60 * 60 * 1000;

const record = z.object({
  eventId: uuid,
  time: isoTime,
  /** Of method, path and body. */
  digest: z.string(),
  jobId: uuid,
  lane,
  traceparent: z.string().nullable(),
  /** The complete `requested` event as text: published byte for byte, by the first request and by every repeat. */
  event: z.string(),
});
type IdempotencyRecord = z.infer<typeof record>;

/** What this key already stands for: the same request gets it again, another one is refused. Null for a new key. */
export async function findSubmission(runtime: WebRuntime, key: string, body: Uint8Array): Promise<Submission | null> {
  const { standing } = await lookUp(runtime, key);
  return standing && submissionOf(standing, body);
}

/** Lets the key stand for this submission, unless it has come to stand for another one meanwhile. */
export async function decideSubmission(
  runtime: WebRuntime,
  key: string,
  body: Uint8Array,
  eventId: string,
  { jobId, lane: chosen, traceparent, payload }: Submission,
): Promise<Submission> {
  const { link } = await lookUp(runtime, key);
  const own: IdempotencyRecord = {
    ...{ eventId, time: isoTimeOf(runtime.clock), digest: digestOf(body), jobId, lane: chosen, traceparent },
    event: new TextDecoder().decode(payload),
  };
  const decision = await decide(runtime.store, link, own, record);
  return submissionOf(decision.event, body);
}

/**
 * A key that is over its time stands for nothing. Its decision is not deleted, which two requests at once would both do; the key goes on
 * under the next name of a chain, and all requests find the same one.
 */
async function lookUp(runtime: WebRuntime, key: string): Promise<{ link: string; standing: IdempotencyRecord | null }> {
  for (let name = key; ; ) {
    const link = decisionKeys.idempotency(LOCAL_PERSON, name);
    const found = await readDecision(runtime.store, link, record);
    if (found === null) return { link, standing: null };
    if (runtime.clock.now() - Date.parse(found.event.time) < KEPT_MS) return { link, standing: found.event };
    // A key has no spaces, so this is nobody's key.
    name = `${key} after ${found.event.eventId}`;
  }
}

function submissionOf(standing: IdempotencyRecord, body: Uint8Array): Submission {
  if (standing.digest !== digestOf(body)) {
    throw new DarkroomError(
      'IDEMPOTENCY_MISMATCH',
      'This Idempotency-Key was used with another body within the last 24 hours: use a new key for a new request',
    );
  }
  const { jobId, traceparent, event } = standing;
  return { jobId, lane: standing.lane, traceparent, payload: new TextEncoder().encode(event) };
}

function digestOf(body: Uint8Array): string {
  return createHash('sha256').update('POST\n/images/\n').update(body).digest('hex');
}
