import { appendFileSync, readFileSync, rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Environment } from '../config/parse-environment.ts';

/**
 * Faults that tests put into a running process. Fail points stand before and after each publish, acknowledgement, hand-back, put, create
 * and delete (`faulty-ports.ts`); their names are `before publish started`, `after create outcome` and so on.
 */
export type Faults = {
  /** May kill this process, as `kill -9` does. */
  reach(failPoint: string): void;
  /** Added to every call of the object store. */
  slowStore(): Promise<void>;
  /** Creates overwrite: what must never be, to see that the tests would notice. */
  blindCreates: boolean;
};

/**
 * Null, unless `FAULTS=1` allows them:
 * - `FAIL_POINT_FILE`: while this file exists, the process dies at the fail point that it names, and removes it first;
 * - `FAIL_POINT_RECORD`: each fail point is appended to this file;
 * - `STORE_DELAY_MS`, `BLIND_CREATES=1`.
 */
export function faultsFrom(environment: Environment): Faults | null {
  if (environment['FAULTS'] !== '1') return null;
  const { FAIL_POINT_FILE, FAIL_POINT_RECORD, STORE_DELAY_MS = '0', BLIND_CREATES } = environment;
  return {
    reach(failPoint) {
      if (FAIL_POINT_RECORD) appendFileSync(FAIL_POINT_RECORD, `${failPoint}\n`);
      if (!FAIL_POINT_FILE || armedFor(FAIL_POINT_FILE) !== failPoint) return;
      rmSync(FAIL_POINT_FILE);
      process.kill(process.pid, 'SIGKILL');
    },
    slowStore: () => sleep(Number(STORE_DELAY_MS)),
    blindCreates: BLIND_CREATES === '1',
  };
}

function armedFor(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}
