import { canonicalUuid } from '@darkroom/shared/ids/ids';
import type { Job } from '@darkroom/shared/schemas/job';
import { decimalInteger } from '@darkroom/shared/schemas/numbers';
import { z } from 'zod';
import { validate } from '../http/validate.ts';
import { answerOf } from '../job-answer.ts';
import { awaitPositions } from '../reads/find-job.ts';
import type { WebRuntime } from '../runtime.ts';
import type { ReadOptions } from './get-image.ts';

const OFFSET_MAX = 1_000_000;

/** The query of `GET /images/`. */
const listQuery = z
  .strictObject({
    limit: decimalInteger(1, 100).default(20),
    offset: decimalInteger(0, OFFSET_MAX).optional(),
    /** The id of the last job of the page before. */
    cursor: z
      .string()
      .transform((text, context) => {
        const id = canonicalUuid(text);
        if (id !== null) return id;
        context.addIssue({ code: 'custom', message: 'must be the id of a job' });
        return z.NEVER;
      })
      .optional(),
  })
  .refine(({ offset, cursor }) => offset === undefined || cursor === undefined, {
    path: ['offset'],
    error: 'cannot be given together with cursor',
  });

/** Newest first. `next` is the cursor of the page that follows, null at the end. */
export async function listImages(
  runtime: WebRuntime,
  query: Record<string, string>,
  { after, signal }: ReadOptions,
): Promise<{ jobs: Job[]; limit: number; next: string | null }> {
  const { limit, offset, cursor } = validate(listQuery, query);
  await awaitPositions(runtime, after, { signal });
  const records = runtime.reader.jobs({ limit: limit + 1, offset, before: cursor });
  const page = records.slice(0, limit);
  return {
    jobs: page.map((record) => answerOf(runtime, record)),
    limit,
    next: records.length > limit ? (page.at(-1)?.id ?? null) : null,
  };
}
