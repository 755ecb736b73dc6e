import { z } from 'zod';
import { DarkroomError } from '../errors/darkroom-error.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Reads a process's environment through its schema; says every wrong variable in one sentence each. */
export function parseEnvironment<T extends z.ZodType>(schema: T, environment: Environment): z.infer<T> {
  const given = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''),
  );
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  const sentences = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  throw new DarkroomError('CONFIG_INVALID', `The configuration is invalid. ${sentences.join('. ')}`);
}

/** A TCP port from the environment; 0 lets the system choose. */
export const port = z.coerce.number<string>('must be a port number').int().min(0).max(65_535);
export const milliseconds = z.coerce.number<string>('must be a number of milliseconds').int().min(0);
