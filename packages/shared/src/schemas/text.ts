import { z } from 'zod';

/** Text that survives UTF-8, SQLite, JSON and PNG unchanged: no NUL, no lone surrogate. */
export const wellFormedText = z
  .string()
  .refine((text) => text.isWellFormed(), { error: 'must not contain a lone surrogate' })
  .refine((text) => !text.includes('\0'), { error: 'must not contain a NUL character' });

/** UTC ISO 8601 with milliseconds and `Z`. */
export const isoTime = z.iso.datetime({ precision: 3 });

export const uuid = z.uuid();
