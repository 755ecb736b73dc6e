import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createIds } from '@darkroom/shared/ids/ids';
import { SCHEMA_VERSION } from '@darkroom/shared/schemas/events';
import { encodeEvent } from '@darkroom/shared/schemas/read-event';
import { SIDECARS_SUBSCRIPTION, TOPICS } from '@darkroom/shared/schemas/topics';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CrashStack, startCrashStack } from './crash-stack.ts';
import expectedPoints from './fail-points.json' with { type: 'json' };
import type { Ledger } from './ledger.ts';
import { cancel, replay, settled } from './web-client.ts';

const KINDS = ['sidecar', 'web'] as const;
type Kind = (typeof KINDS)[number];
const ids = createIds();

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

  /** Ways that few points lie on and that take longer: they are gone for those only. */
  const special: readonly { on: RegExp; go(): Promise<void> }[] = [
    {
      on: /requestedLow/,
      async go() {
        await Promise.all(Array.from({ length: 26 }, () => ledger.submit('a herd')));
      },
    },
    {
      // What a worker says at its start.
      on: /modelCatalog/,
      async go() {
        crash.stack.processes.get('sidecar-1')?.kill('SIGKILL');
        await crash.stack.ready();
      },
    },
    {
      // A job that was made ready behind another one is handed back when the queue is paused.
      on: /hand-back/,
      async go() {
        await ledger.submit('fake:step-ms=400');
        await ledger.submit('a fox');
        const held = async () => (await crash.outside.log.backlog(TOPICS.requestedHigh, SIDECARS_SUBSCRIPTION))?.held;
        for (let looks = 0; looks < 200 && (await held()) !== 2; looks += 1) await sleep(20);
        await controlQueue('paused');
        await sleep(2500);
        await controlQueue('running');
      },
    },
  ];

  async function controlQueue(state: 'paused' | 'running'): Promise<void> {
    const envelope = { schemaVersion: SCHEMA_VERSION, eventId: ids.next(), time: new Date().toISOString() };
    const event = { ...envelope, type: 'queue_controlled', state, actor: 'test', reason: null };
    await crash.outside.log.publish(TOPICS.queueControl, { key: 'queue', payload: encodeEvent(event) });
  }

  test('the list of fail points is complete', async () => {
    for (const kind of KINDS) rmSync(record(kind), { force: true });
    await allWays();
    for (const { go } of special) {
      await go();
      await crash.drained(60_000);
    }
    await ledger.submit('fake:fail');
    await ledger.submit('fake:exit');
    await crash.drained(60_000);
    for (const kind of KINDS) {
      const reached = new Set(readFileSync(record(kind), 'utf8').trim().split('\n'));
      expect([...reached].sort()).toEqual(expectedPoints[kind]);
    }
  });

  const all = KINDS.flatMap((kind) => expectedPoints[kind].map((point: string) => ({ kind, point })));
  // `FAIL_POINTS=8`: so many of them, others in each run.
  const count = Number(process.env['FAIL_POINTS'] ?? all.length);
  const points = all.toSorted(() => Math.random() - 0.5).slice(0, count);
  test.each(points)('$kind, $point: nothing is lost or doubled', async ({ kind, point }) => {
    writeFileSync(arm(kind), point);
    const way = special.find(({ on }) => on.test(point))?.go ?? allWays;
    for (let round = 0; existsSync(arm(kind)) && round < 5; round += 1) await way();
    if (existsSync(arm(kind))) await ledger.submit('fake:fail');
    if (existsSync(arm(kind))) await ledger.submit('fake:exit');
    await crash.drained(60_000);
    expect(existsSync(arm(kind)), 'the fail point was reached').toBe(false);
    const verdict = await crash.verdict();
    expect(verdict.faults).toEqual([]);
  });
});
