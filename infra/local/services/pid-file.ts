import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { z } from 'zod';

const record = z.object({
  pid: z.number().int().positive(),
  born: z.string(),
  ports: z.record(z.string(), z.number()),
});
export type ServiceRecord = z.infer<typeof record>;

/** Null when there is no record, or the process it names is gone: its number may belong to a stranger by now. */
export function readPidFile(file: string): ServiceRecord | null {
  const parsed = record.safeParse(readJson(file));
  return parsed.success && bornOf(parsed.data.pid) === parsed.data.born ? parsed.data : null;
}

export function writePidFile(file: string, pid: number, ports: ServiceRecord['ports']): void {
  const born = bornOf(pid);
  // It ended already; whoever waits for its health sees that.
  if (born !== null) writeFileSync(file, JSON.stringify({ pid, born, ports }));
}

export function removePidFile(file: string): void {
  rmSync(file, { force: true });
}

/** When a process began, as its system tells it: with the number, its identity. Null when there is none, or a dead one that nobody has waited for. */
function bornOf(pid: number): string | null {
  try {
    if (process.platform === 'linux') {
      // After the name in parentheses: state is field 3, the start in ticks since boot field 22 (man proc_pid_stat).
      const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
        .replace(/^.*\) /s, '')
        .split(' ');
      return fields[0] === 'Z'
        ? null
        : `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()} ${fields[19]}`;
    }
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim() || null;
  } catch {
    return null;
  }
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
}
