import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '@darkroom/shared/errors/darkroom-error';
import type { z } from 'zod';
import { modelUnavailable } from './model-unavailable.ts';

/** Reads files of one model's folder; every fault becomes `MODEL_UNAVAILABLE` that names the file. */
export type ModelFileReader = {
  text(file: string): Promise<string>;
  json<T extends z.ZodType>(file: string, schema: T): Promise<z.infer<T>>;
  /** Null when the file is not there. */
  optionalJson<T extends z.ZodType>(file: string, schema: T): Promise<z.infer<T> | null>;
};

export function modelFileReader(model: string, folder: string): ModelFileReader {
  const read = async (file: string, missing: 'refuse' | 'allow'): Promise<string | null> => {
    try {
      return await readFile(join(folder, file), 'utf8');
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined;
      if (code === 'ENOENT' && missing === 'allow') return null;
      const reason = code === 'ENOENT' ? 'the file is missing' : `the file cannot be read (${String(code)})`;
      throw modelUnavailable(model, reason, { file, cause: error });
    }
  };
  const parse = <T extends z.ZodType>(file: string, text: string, schema: T): z.infer<T> => {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch (error) {
      throw modelUnavailable(model, `the file is not JSON (${messageOf(error)})`, { file, cause: error });
    }
    const parsed = schema.safeParse(value);
    if (parsed.success) return parsed.data;
    const [issue] = parsed.error.issues;
    throw modelUnavailable(model, `${issue?.path.join('.') || 'content'}: ${issue?.message ?? 'invalid'}`, { file });
  };
  return {
    // `read` gives null only where that is allowed.
    text: async (file) => (await read(file, 'refuse')) ?? '',
    json: async (file, schema) => parse(file, (await read(file, 'refuse')) ?? '', schema),
    async optionalJson(file, schema) {
      const text = await read(file, 'allow');
      return text === null ? null : parse(file, text, schema);
    },
  };
}
