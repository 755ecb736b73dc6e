import { z } from 'zod';

/** Text that survives UTF-8, SQLite, JSON and PNG unchanged: no NUL, no lone surrogate. */
export const wellFormedText = z
  .string()
  .refine((text) => text.isWellFormed(), { error: 'must not contain a lone surrogate' })
  .refine((text) => !text.includes('\0'), { error: 'must not contain a NUL character' });

/** `wellFormedText` of at most so many UTF-16 units. */
export const textUpTo = (charactersMax: number) =>
  wellFormedText.max(charactersMax, `must have at most ${charactersMax} characters`);

/** UTC ISO 8601 with milliseconds and `Z`. */
export const isoTime = z.iso.datetime({ precision: 3 });

export const uuid = z.uuid();
