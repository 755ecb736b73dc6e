import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CrashStack, startCrashStack } from './crash-stack.ts';
import expectedPoints from './fail-points.json' with { type: 'json' };
import type { Ledger } from './ledger.ts';
import { cancel, replay, settled } from './web-client.ts';

const KINDS = ['sidecar', 'web'] as const;
type Kind = (typeof KINDS)[number];

/**
 * Kills the process at every fail point there is: before and after each publish, put, create, delete, acknowledgement and hand-back.
 * The list is committed; a run that reaches a point that is not on it, or misses one, fails.
 */
describe('a process killed at a fail point', () => {
  let crash: CrashStack;
  let ledger: Ledger;
  const arm = (kind: Kind) => join(crash.data, `${kind}.fail-point`);
  const record = (kind: Kind) => join(crash.data, `${kind}.reached`);

  beforeAll(async () => {
    crash = await startCrashStack({ workers: 1, webs: 1, failPoints: KINDS });
    ledger = crash.ledger;
  });
  afterAll(async () => {
    await crash?.[Symbol.asyncDispose]();
  });

  /** Every way a job can go, so that every step is taken. */
  async function allWays(): Promise<void> {
    const web = crash.stack.webUrls[0] ?? '';
    const slow = await ledger.submit('fake:step-ms=150');
    const jobs = await Promise.all([
      ledger.submit('a dog'),
      ledger.submit('a cat', { n_iters: 2 }),
      ledger.submit('fake:fail-attempts=1'),
      ledger.submit('fake:permanent'),
    ]);
    await cancel(web, slow);
    const dead = jobs[3] ?? '';
    await settled(web, dead);
    await replay(web, dead);
    await crash.drained(60_000);
  }

  test('the list of fail points is complete', async () => {
    for (const kind of KINDS) rmSync(record(kind), { force: true });
    await allWays();
    await ledger.submit('fake:fail');
    await ledger.submit('fake:exit');
    await crash.drained(60_000);
    for (const kind of KINDS) {
      const reached = new Set(readFileSync(record(kind), 'utf8').trim().split('\n'));
      // Whether a job is handed back depends on the moment; `random-kills.test.ts` meets it.
      expect([...reached].filter((point) => !point.includes(' hand-back ')).sort()).toEqual(expectedPoints[kind]);
    }
  });

  const points = KINDS.flatMap((kind) => expectedPoints[kind].map((point: string) => ({ kind, point })));
  test.each(points)('$kind, $point: nothing is lost or doubled', async ({ kind, point }) => {
    writeFileSync(arm(kind), point);
    for (let round = 0; existsSync(arm(kind)) && round < 5; round += 1) await allWays();
    if (existsSync(arm(kind))) await ledger.submit('fake:fail');
    if (existsSync(arm(kind))) await ledger.submit('fake:exit');
    await crash.drained(60_000);
    expect(existsSync(arm(kind)), 'the fail point was reached').toBe(false);
    const verdict = await crash.verdict();
    expect(verdict.faults).toEqual([]);
  });
});
