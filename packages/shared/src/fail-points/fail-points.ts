import { appendFileSync } from 'node:fs';
import type { Environment } from '../config/parse-environment.ts';

/**
 * Places where a test kills the process: before and after each publish, put, create, delete and acknowledge (`port-decorators.ts`).
 * Names are `before publish started`, `after create outcome`, `after acknowledge requested` and so on.
 */
export type FailPoints = { reach(name: string): void };

export const noFailPoints: FailPoints = { reach() {} };

/**
 * `FAIL_POINT="<name>"` (or `<name>#n` for the n-th time) kills this process there as `kill -9` does; `FAIL_POINT_RECORD=<file>` appends
 * each name as it is reached. Never in production.
 */
export function failPointsFrom(environment: Environment): FailPoints {
  const { FAIL_POINT, FAIL_POINT_RECORD, NODE_ENV } = environment;
  if (NODE_ENV === 'production' && environment['FAIL_POINTS_ALLOWED'] !== '1') return noFailPoints;
  if (!FAIL_POINT && !FAIL_POINT_RECORD) return noFailPoints;
  const [name, nth = '1'] = (FAIL_POINT ?? '').split('#');
  let left = Number(nth);
  return {
    reach(reached) {
      if (FAIL_POINT_RECORD) appendFileSync(FAIL_POINT_RECORD, `${reached}\n`);
      if (reached !== name) return;
      left -= 1;
      if (left === 0) process.kill(process.pid, 'SIGKILL');
    },
  };
}
