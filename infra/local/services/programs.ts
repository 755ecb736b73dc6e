import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** The first number in what a program says of its version ("go1.26" is 1, "openjdk 17.0.15" is 17); null when it cannot be run. */
export async function versionOf(program: string, parameters: readonly string[]): Promise<number | null> {
  try {
    const { stdout, stderr } = await promisify(execFile)(program, parameters);
    // Java writes to the second stream, and calls 8 "1.8".
    return Number(/\d+/.exec((stdout + stderr).replace(/"1\./, '"'))?.[0] ?? 0);
  } catch {
    return null;
  }
}
