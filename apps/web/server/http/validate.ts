import type { FieldError } from '@darkroom/shared/domain/resolve-request';
import { DarkroomError } from '@darkroom/shared/errors/darkroom-error';
import type { z } from 'zod';

const ENTRIES_MAX = 100;

/** Parses what a client sent, or throws one entry per wrong field. */
export function validate<T extends z.ZodType>(schema: T, value: unknown): z.infer<T> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw validationError(errorsOf(parsed.error, value));
}

/** What Zod found wrong with a value, one entry per wrong field. */
export function errorsOf(error: z.ZodError, value: unknown): FieldError[] {
  return error.issues.flatMap((issue) => fieldErrors(issue, value));
}

export function validationError(errors: readonly FieldError[]): DarkroomError {
  const byPointer = new Map<string, string[]>();
  for (const { pointer, detail } of errors) {
    const details = byPointer.get(pointer) ?? [];
    if (!details.includes(detail)) byPointer.set(pointer, [...details, detail]);
  }
  const entries = [...byPointer].map(([pointer, details]) => ({ pointer, detail: details.join('; ') }));
  const [first] = entries;
  const more = entries.length > 1 ? ` (and ${entries.length - 1} more)` : '';
  const summary = first ? `${first.pointer || 'The body'} ${first.detail}${more}` : 'The request is invalid';
  return new DarkroomError('VALIDATION_FAILED', summary, { context: { errors: entries.slice(0, ENTRIES_MAX) } });
}

type Issue = z.core.$ZodIssue;

function fieldErrors(issue: Issue, value: unknown): FieldError[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ pointer: pointerOf([...issue.path, key]), detail: 'is not a known field' }));
  }
  const pointer = pointerOf(issue.path);
  if (issue.code === 'invalid_key') return [{ pointer, detail: `${issue.issues[0]?.message ?? 'is not a valid key'}` }];
  if (valueAt(value, issue.path) === undefined) return [{ pointer, detail: 'is required' }];
  if (issue.code === 'invalid_type')
    return [{ pointer, detail: `must be ${WITH_ARTICLE[issue.expected] ?? issue.expected}` }];
  return [{ pointer, detail: issue.message }];
}

const WITH_ARTICLE: Readonly<Record<string, string>> = {
  object: 'an object',
  record: 'an object',
  string: 'a text',
  number: 'a number',
  boolean: 'true or false',
  array: 'an array',
};

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let current = value;
  for (const key of path) {
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, key)) return undefined;
    // Any object may be read by a key it has.
    current = (current as Record<PropertyKey, unknown>)[key];
  }
  return current;
}

/** RFC 6901. */
export function pointerOf(path: readonly PropertyKey[]): string {
  return path.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
