import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startCrashStack } from './crash-stack.ts';
import { judge, type Verdict } from './judge.ts';
import { openLedger } from './ledger.ts';
import { cancel } from './web-client.ts';

type Chaos = { jobs: number; kills: number; storeDelayMs: number; blindCreates?: boolean };

/** Random kills of every process under load: two sidecars, two webs, slow object store. */
async function chaos({
  jobs,
  kills,
  storeDelayMs,
  blindCreates = false,
}: Chaos): Promise<Verdict & { killed: number }> {
  const slow = { STORE_DELAY_MS: `${storeDelayMs}`, BLIND_CREATES: blindCreates ? '1' : '0' };
  await using crash = await startCrashStack({ workers: 2, webs: 2, env: { sidecar: slow, web: slow } });
  using ledger = openLedger(join(crash.data, 'accepted'), () => crash.stack.webUrls);
  const processes = [...crash.stack.processes.values()];
  const stop = new AbortController();
  let killed = 0;
  const killing = (async () => {
    while (killed < kills && !stop.signal.aborted) {
      await new Promise((wake) => setTimeout(wake, 150 + Math.random() * 500));
      processes[Math.floor(Math.random() * processes.length)]?.kill('SIGKILL');
      killed += 1;
    }
  })();
  const ways = ['a dog', 'fake:step-ms=20', 'fake:fail-attempts=1', 'fake:fail-attempts=2', 'a cat', 'fake:permanent'];
  const submitting = Array.from({ length: 6 }, async (_, lane) => {
    for (let i = lane; i < jobs; i += 6) {
      const id = await ledger.submit(`${ways[i % ways.length]} ${i}`, { n_iters: 1 + (i % 2) });
      if (i % 10 === 0) await cancel(crash.stack.webUrls[i % 2] ?? '', id);
    }
  });
  await Promise.all(submitting);
  await killing;
  stop.abort();
  await crash.drained(300_000);
  const [webUrl = ''] = crash.stack.webUrls;
  return { ...(await judge({ data: crash.data, accepted: ledger.accepted, webUrl })), killed };
}

/** The whole profile is run by `npm run chaos`; CI takes a shorter one. */
const FULL = { jobs: 300, kills: 50, storeDelayMs: 200 };
const SHORT = { jobs: 90, kills: 20, storeDelayMs: 100 };
const profile = process.env['CHAOS'] === 'full' ? FULL : SHORT;

test(`every accepted job has exactly one outcome after ${profile.kills} random kills over ${profile.jobs} jobs`, async () => {
  const verdict = await chaos(profile);
  console.log(`${verdict.jobs} jobs, ${verdict.killed} kills: ${JSON.stringify(verdict.outcomes)}`);
  expect(verdict.faults).toEqual([]);
  expect(verdict.jobs).toBeGreaterThanOrEqual(profile.jobs);
  expect(verdict.killed).toBe(profile.kills);
});

test('the judge sees it when decisions are overwritten instead of created once', async () => {
  const verdict = await chaos({ ...SHORT, blindCreates: true });
  expect(verdict.faults.length).toBeGreaterThan(0);
});
