import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEventLog, openObjectStore } from '@darkroom/shared/composition/open-engines';
import { enginesConfig, enginesEnvironment } from '@darkroom/shared/config/engines';
import { parseEnvironment } from '@darkroom/shared/config/parse-environment';
import { type Engines, engineSets } from '../../infra/local/engines.ts';
import { type Stack, startStack } from '../../infra/local/stack.ts';
import { isQueueBusy, judge, type Outside, type Verdict } from './judge.ts';
import { type Ledger, openLedger } from './ledger.ts';

/** Waits that are minutes in production are tenths of seconds here. */
const QUICK = {
  FAULTS: '1',
  LEASE_TIMEOUT_MS: '800',
  DELAY_FACTOR: '0.02',
  WORKER_SILENT_MS: '700',
  WORKER_STATUS_EVERY_MS: '200',
};

export type CrashStack = AsyncDisposable & {
  stack: Stack;
  data: string;
  /** The last lines of every process, for a failing test. */
  lines: readonly string[];
  engines: Engines;
  ledger: Ledger;
  outside: Outside;
  /** Waits until every message of the queue is acknowledged. */
  drained(timeoutMs: number): Promise<void>;
  /** What the outside says of everything that was accepted so far. */
  verdict(): Promise<Verdict>;
};

/** The embedded engines, or with `ENGINES=production` Pulsar and S3 of this stack's own. */
async function openEngines(): Promise<Engines> {
  const [set] = engineSets(process.env['ENGINES'] ?? 'embedded');
  if (!set) throw new Error('there are no engines');
  return await set.open();
}

export async function startCrashStack(options: {
  workers: number;
  webs: number;
  env?: Record<string, Record<string, string>>;
  /** Kinds of processes whose fail points are recorded in `<kind>.reached` and armed by `<kind>.fail-point` in the data folder. */
  failPoints?: readonly string[];
  /** Where everything is kept; a fresh folder unless given. */
  data?: string;
  /** False: some of the processes cannot be ready yet. */
  ready?: boolean;
  /** The file of what was accepted, where it must not lie in that folder. */
  ledger?: string;
}): Promise<CrashStack> {
  const data = options.data ?? mkdtempSync(join(tmpdir(), 'darkroom-crash-'));
  const lines: string[] = [];
  const env = { ...options.env };
  for (const kind of ['sidecar', 'projector', 'web', 'diffusion']) env[kind] = { ...QUICK, ...options.env?.[kind] };
  for (const kind of options.failPoints ?? []) {
    const files = {
      FAIL_POINT_FILE: join(data, `${kind}.fail-point`),
      FAIL_POINT_RECORD: join(data, `${kind}.reached`),
    };
    env[kind] = { ...env[kind], ...files };
  }
  await using opened = new AsyncDisposableStack();
  const engines = opened.use(await openEngines());
  const stack = await startStack({
    ...{ web: 'production', engine: 'fake', data, workers: options.workers, webs: options.webs, env },
    engines: engines.env,
    onLine(name, line) {
      lines.push(`${name} ${line}`);
      if (lines.length > 400) lines.shift();
    },
  });
  opened.use(stack);
  if (options.ready !== false) await stack.ready();
  const ledger = opened.use(openLedger(options.ledger ?? join(data, 'accepted'), () => stack.webUrls));
  const config = enginesConfig(parseEnvironment(enginesEnvironment, { DARKROOM_DATA: data, ...engines.env }));
  const log = opened.use(await openEventLog(config.eventLog));
  const store = opened.use(await openObjectStore(config.objectStore, { decides: false }));
  const all = opened.move();
  return {
    ...{ stack, data, lines, ledger, engines, outside: { log, store } },
    verdict: async () => await judge({ log, store }, ledger.accepted, stack.webUrls[0] ?? ''),
    async drained(timeoutMs) {
      const until = performance.now() + timeoutMs;
      // A broker that is being started again answers nothing, which is not an empty queue.
      while (await isQueueBusy(log).catch(() => true)) {
        if (performance.now() > until)
          throw new Error(`the queue was not done in time\n${lines.slice(-60).join('\n')}`);
        await new Promise((wake) => setTimeout(wake, 100));
      }
    },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}
