import { z } from 'zod';

const logLine = z.looseObject({ level: z.string(), msg: z.string() });
const HIDDEN = new Set(['level', 'time', 'process', 'msg', 'error']);

/** A process's JSON log line as a person reads it; any other line unchanged. */
export function readLogLine(line: string): { level: string; text: string } {
  const parsed = logLine.safeParse(parse(line));
  if (!parsed.success) return { level: 'info', text: line };
  const { level, msg, error, ...fields } = parsed.data;
  const facts = Object.entries(fields)
    .filter(([name]) => !HIDDEN.has(name))
    .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
  const cause = z.object({ message: z.string() }).safeParse(error).data?.message;
  return { level, text: [msg, ...(cause ? [`(${cause})`] : []), ...facts].join(' ') };
}

function parse(line: string): unknown {
  try {
    return line.startsWith('{') ? JSON.parse(line) : null;
  } catch {
    return null;
  }
}
