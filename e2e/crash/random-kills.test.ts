import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { Supervised } from '../../infra/local/supervise.ts';
import { startCrashStack } from './crash-stack.ts';
import type { Verdict } from './judge.ts';
import { askFor, cancel } from './web-client.ts';

type Chaos = { jobs: number; kills: number; storeDelayMs: number; blindCreates?: boolean };

const LANES = 6;
const FREEZE_MS = 2500;
const WAYS = ['a dog', 'fake:step-ms=20', 'fake:fail-attempts=1', 'fake:fail-attempts=2', 'a cat', 'fake:permanent'];

/**
 * Random kills of every process under load: two sidecars, two webs, slow object store. Beside them sidecars freeze for longer than their
 * lease, so that another one takes their job and they wake up as losers; and jobs are cancelled while they are being decided.
 */
async function chaos({
  jobs,
  kills,
  storeDelayMs,
  blindCreates = false,
}: Chaos): Promise<Verdict & { killed: number }> {
  const slow = { STORE_DELAY_MS: `${storeDelayMs}`, BLIND_CREATES: blindCreates ? '1' : '0' };
  await using crash = await startCrashStack({ workers: 2, webs: 2, env: { sidecar: slow, web: slow } });
  const { ledger } = crash;
  const { stack } = crash;
  const done = new AbortController();
  const [killed] = await Promise.all([
    killAtRandom([...stack.processes.values()], kills),
    freezeInTurn(
      [...stack.processes.values()].filter(({ name }) => name.startsWith('sidecar')),
      done.signal,
    ),
    Promise.all(
      Array.from({ length: LANES }, async (_, lane) => {
        for (let i = lane; i < jobs; i += LANES) {
          const id = await ledger.submit(`${WAYS[i % WAYS.length]} ${i}`, { n_iters: 1 + (i % 2) });
          const web = stack.webUrls[i % 2] ?? '';
          if (i % 10 === 0) await cancel(web, id);
          if (i % 10 === 5) await cancelInTheMiddle(web, id);
        }
      }),
    ).finally(() => done.abort()),
  ]);
  await crash.drained(300_000);
  return { ...(await crash.verdict()), killed };
}

async function killAtRandom(processes: readonly Supervised[], kills: number): Promise<number> {
  let killed = 0;
  while (killed < kills) {
    await sleep(150 + Math.random() * 500);
    // One that is being started again is not there to be killed.
    if (processes[Math.floor(Math.random() * processes.length)]?.kill('SIGKILL')) killed += 1;
  }
  return processes.reduce((sum, { restarts }) => sum + restarts, 0);
}

async function freezeInTurn(sidecars: readonly Supervised[], signal: AbortSignal): Promise<void> {
  for (let turn = 0; !signal.aborted; turn += 1) {
    const sidecar = sidecars[turn % sidecars.length];
    await sleep(1000 + Math.random() * 1500);
    sidecar?.kill('SIGSTOP');
    await sleep(FREEZE_MS);
    sidecar?.kill('SIGCONT');
  }
}

async function cancelInTheMiddle(web: string, id: string): Promise<void> {
  let known = await askFor(web, id);
  for (; known === null || known.status === 'waiting'; known = await askFor(web, id)) await sleep(50);
  await sleep(Math.random() * 1200);
  await cancel(web, id);
}

const PROFILE = { jobs: 300, kills: 50, storeDelayMs: 200 };

test(`every accepted job has exactly one outcome after ${PROFILE.kills} random kills over ${PROFILE.jobs} jobs`, async () => {
  const verdict = await chaos(PROFILE);
  console.log(`${verdict.jobs} jobs, ${verdict.killed} kills: ${JSON.stringify(verdict.outcomes)}`);
  expect(verdict.faults).toEqual([]);
  expect(verdict.jobs).toBeGreaterThanOrEqual(PROFILE.jobs);
  expect(verdict.killed).toBeGreaterThanOrEqual(PROFILE.kills - 1);
});

test('the judge sees it when decisions are overwritten instead of created once', async () => {
  // Half of the run is enough for dozens of faults.
  const verdict = await chaos({ ...PROFILE, jobs: PROFILE.jobs / 2, kills: PROFILE.kills / 2, blindCreates: true });
  console.log(`${verdict.faults.length} faults, such as: ${verdict.faults[0]}`);
  expect(verdict.faults.length).toBeGreaterThan(0);
});
