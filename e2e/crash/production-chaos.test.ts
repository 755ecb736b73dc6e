import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { Supervised } from '../../infra/local/supervise.ts';
import { type CrashStack, startCrashStack } from './crash-stack.ts';
import { askFor, cancel } from './web-client.ts';

/** `CHAOS=long` is the run of the record: by hand, a quarter of an hour. */
const LONG = process.env['CHAOS'] === 'long';
const JOBS = LONG ? 500 : 40;
const LANES = 6;
/** None of them may end in the dead letters. */
const WAYS = ['a dog', 'fake:step-ms=20', 'fake:fail-attempts=1', 'a cat', 'fake:fail-attempts=3', 'fake:step-ms=60'];

type Kill = {
  name: string;
  /** Only in the long run: a short one meets its like. */
  long?: boolean;
  every: { fromMs: number; toMs: number };
  strike(crash: CrashStack): Promise<void>;
};

const kindOf = (crash: CrashStack, kind: string): Supervised[] =>
  [...crash.stack.processes.values()].filter(({ name }) => name.startsWith(kind));
const oneOf = <T>(all: readonly T[]): T | undefined => all[Math.floor(Math.random() * all.length)];

const killOf = (kind: string): Kill => ({
  name: `kill -9 of a ${kind}`,
  every: { fromMs: 600, toMs: 2500 },
  strike: async (crash) => void oneOf(kindOf(crash, kind))?.kill('SIGKILL'),
});

const KILLS: readonly Kill[] = [
  killOf('sidecar'),
  { ...killOf('web'), long: true },
  killOf('projector'),
  {
    name: 'kill -9 of the broker',
    every: { fromMs: 4000, toMs: 12_000 },
    async strike({ engines: { services } }) {
      await services?.named('pulsar').kill9();
      await sleep(1000);
      await services?.named('pulsar').restart();
    },
  },
  {
    name: 'a broker restarted',
    long: true,
    every: { fromMs: 5000, toMs: 15_000 },
    strike: async ({ engines: { services } }) => await services?.named('pulsar').restart(),
  },
  {
    name: 'a store that is away',
    every: { fromMs: 3000, toMs: 8000 },
    async strike({ engines: { services } }) {
      await services?.named('s3').kill9();
      await sleep(LONG ? 30_000 : 5000);
      await services?.named('s3').restart();
    },
  },
];

/**
 * Load on two sidecars and two pairs of web and projector, and one kind of misfortune again and again: every accepted job has exactly one
 * outcome, and none is dead-lettered that the engine would have drawn.
 */
test.runIf(process.env['ENGINES'] === 'production').each(KILLS.filter(({ long }) => LONG || !long))(
  '$name, again and again',
  async ({ every, strike }) => {
    await using crash = await startCrashStack({ workers: 2, webs: 2 });
    const { ledger, stack } = crash;
    const done = new AbortController();
    let strikes = 0;
    const strikeOn = async () => {
      while (!done.signal.aborted) {
        await sleep(every.fromMs + Math.random() * (every.toMs - every.fromMs));
        await strike(crash);
        strikes += 1;
      }
    };
    const submitAll = async () => {
      const lane = async (first: number) => {
        for (let i = first; i < JOBS; i += LANES) await ledger.submit(`${WAYS[i % WAYS.length]} ${i}`);
      };
      await Promise.all(Array.from({ length: LANES }, (_, first) => lane(first)));
      while (strikes < 2) await sleep(100);
      done.abort();
    };
    // A strike that fails, such as a broker that does not come up, ends the test at once: nobody would answer the rest.
    await Promise.all([strikeOn(), submitAll()]);
    await crash.drained(300_000);
    const verdict = await crash.verdict();
    console.log(`${verdict.jobs} jobs, ${strikes} strikes: ${JSON.stringify(verdict.outcomes)}`);
    expect(verdict.faults).toEqual([]);
    expect(verdict.outcomes).toEqual({ completed: verdict.jobs });
    expect(verdict.jobs).toBeGreaterThanOrEqual(JOBS);
    // Nobody stays behind, on a log that has fallen quiet.
    await stack.ready(60_000);
  },
);

test.runIf(process.env['ENGINES'] === 'production')(
  'a cancel raced against the completion has one outcome, and it is the one the API says',
  async () => {
    await using crash = await startCrashStack({ workers: 2, webs: 2 });
    const { ledger, stack } = crash;
    const races = LONG ? 200 : 40;
    const told = new Map<string, number>();
    await Promise.all(
      Array.from({ length: 4 }, async (_, lane) => {
        for (let i = lane; i < races; i += 4) {
          const id = await ledger.submit('fake:step-ms=100');
          const web = stack.webUrls[i % 2] ?? '';
          for (let known = await askFor(web, id); known?.status === 'waiting'; known = await askFor(web, id))
            await sleep(10);
          await sleep(Math.random() * 500);
          told.set(id, await cancel(web, id));
        }
      }),
    );
    await crash.drained(120_000);
    const verdict = await crash.verdict();
    expect(verdict.faults).toEqual([]);
    const [web = ''] = stack.webUrls;
    for (const [id, status] of told) {
      const expected = status === 200 ? 'cancelled' : 'completed';
      expect((await askFor(web, id))?.status, id).toBe(expected);
    }
    // A race that only one side ever wins is none.
    console.log(JSON.stringify(verdict.outcomes));
    expect(Object.keys(verdict.outcomes).sort()).toEqual(['cancelled', 'completed']);
  },
);
