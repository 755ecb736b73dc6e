import { canonicalUuid } from '@darkroom/shared/ids/ids';
import { JOB_STATUSES, type Job } from '@darkroom/shared/schemas/job';
import { decimalInteger } from '@darkroom/shared/schemas/numbers';
import { z } from 'zod';
import { pointerOf, validate, validationError } from '../http/validate.ts';
import { answerOf } from '../job-answer.ts';
import { awaitPositions } from '../reads/find-job.ts';
import type { WebRuntime } from '../runtime.ts';
import type { ReadOptions } from './get-image.ts';

const OFFSET_MAX = 1_000_000;
/** Those that are told by the job's events; `recovering` is a rendering whose worker is silent at this moment. */
export const LISTED_STATUSES = JOB_STATUSES.filter((status) => status !== 'recovering');

/** The query of `GET /images/`. */
const listQuery = z
  .strictObject({
    limit: decimalInteger(1, 100).default(20),
    offset: decimalInteger(0, OFFSET_MAX).optional(),
    status: z.enum(LISTED_STATUSES, `must be one of ${LISTED_STATUSES.join(', ')}`).optional(),
    /** Of the resolved settings: the model's own id. */
    model: z.string().optional(),
    /** `metadata.grouping`, whole. */
    grouping: z.string().optional(),
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
  query: URLSearchParams,
  { after, signal }: ReadOptions,
): Promise<{ jobs: Job[]; limit: number; next: string | null }> {
  const { limit, cursor, ...rest } = validate(listQuery, singleValues(query));
  await awaitPositions(runtime, after, { signal });
  const records = runtime.reader.jobs({ limit: limit + 1, before: cursor, ...rest });
  const page = records.slice(0, limit);
  return {
    jobs: page.map((record) => answerOf(runtime, record)),
    limit,
    next: records.length > limit ? (page.at(-1)?.id ?? null) : null,
  };
}

/** Of a name that is given twice nobody knows which was meant. */
function singleValues(query: URLSearchParams): Record<string, string> {
  const repeated = [...new Set(query.keys())].filter((name) => query.getAll(name).length > 1);
  if (repeated.length === 0) return Object.fromEntries(query);
  throw validationError(repeated.map((name) => ({ pointer: pointerOf([name]), detail: 'is given more than once' })));
}
