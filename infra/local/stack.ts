/**
 * The whole platform as processes of this machine: what `npm run dev`, the browser tests, the crash tests and the bench start.
 * A pair of web and projector shares a read-model file; a pair of sidecar and diffusion is what a worker pod holds.
 */
import { cpSync, existsSync, mkdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { type ProcessPlan, type Supervised, supervise } from './supervise.ts';

export const ROOT = resolve(import.meta.dirname, '../..');

export type StackOptions = {
  /** `development` compiles pages on demand; `production` runs the built standalone server. */
  web: 'development' | 'production';
  engine: 'onnx' | 'fake';
  data: string;
  webs?: number;
  workers?: number;
  /** Fixed ports of the first web and worker; without, free ones are chosen. */
  ports?: { web: number; diffusion: number; projector: number; sidecar: number };
  /** Which engines all processes stand on, and how they are reached; the embedded ones unless given. */
  engines?: Readonly<Record<string, string>>;
  /** Further environment by process name ("web-1") or by kind ("web"). */
  env?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  onLine?(name: string, line: string): void;
  restart?: boolean;
};

export type Stack = AsyncDisposable & {
  processes: ReadonlyMap<string, Supervised>;
  webUrls: readonly string[];
  diffusionUrls: readonly string[];
  readyUrls: readonly string[];
  /** Resolves when every process says that it is ready; rejects when one ends before. */
  ready(timeoutMs?: number): Promise<void>;
};

const READY_TIMEOUT_MS = 120_000;

export async function startStack(options: StackOptions): Promise<Stack> {
  const { webs = 1, workers = 1, restart = true, onLine = () => {} } = options;
  const plans: { plan: ProcessPlan; readyUrl: string }[] = [];
  const webUrls: string[] = [];
  const diffusionUrls: string[] = [];
  for (let number = 1; number <= workers; number += 1) {
    const ports = number === 1 ? options.ports : undefined;
    const diffusion = `http://127.0.0.1:${ports?.diffusion ?? (await freePort())}`;
    diffusionUrls.push(diffusion);
    plans.push(diffusionPlan(options, number, diffusion));
    plans.push(sidecarPlan(options, number, diffusion, ports?.sidecar ?? (await freePort())));
  }
  for (let number = 1; number <= webs; number += 1) {
    const ports = number === 1 ? options.ports : undefined;
    const web = `http://localhost:${ports?.web ?? (await freePort())}`;
    webUrls.push(web);
    plans.push(projectorPlan(options, number, ports?.projector ?? (await freePort())));
    plans.push(webPlan(options, number, web));
  }
  const processes = new Map(plans.map(({ plan }) => [plan.name, supervise(plan, { onLine, restart })]));
  const stop = async () => {
    // Webs and sidecars first, so that what they lean on is there until they have ended.
    const order = ['web', 'sidecar', 'projector', 'diffusion'];
    for (const kind of order) {
      await Promise.all([...processes.values()].filter(({ name }) => name.startsWith(kind)).map((each) => each.stop()));
    }
  };
  const readyUrls = plans.map(({ readyUrl }) => readyUrl);
  return {
    ...{ processes, webUrls, diffusionUrls, readyUrls },
    ready: (timeoutMs = READY_TIMEOUT_MS) => untilReady(readyUrls, processes, timeoutMs),
    [Symbol.asyncDispose]: stop,
  };
}

function environmentOf(options: StackOptions, kind: string, number: number): Record<string, string> {
  const { data, engines, env = {} } = options;
  return { DARKROOM_DATA: resolve(data), ...engines, ...env[kind], ...env[`${kind}-${number}`] };
}

function workerCommand(process: string): string[] {
  return [
    globalThis.process.execPath,
    '--disable-warning=ExperimentalWarning',
    join(ROOT, `apps/worker/src/${process}/main.ts`),
  ];
}

function diffusionPlan(options: StackOptions, number: number, url: string) {
  const env = {
    DIFFUSION_ENGINE: options.engine,
    DIFFUSION_PORT: new URL(url).port,
    MODELS_DIR: join(ROOT, 'models'),
    ...environmentOf(options, 'diffusion', number),
  };
  return {
    plan: { name: `diffusion-${number}`, command: workerCommand('diffusion'), cwd: ROOT, env },
    readyUrl: `${url}/health`,
  };
}

function sidecarPlan(options: StackOptions, number: number, diffusionUrl: string, port: number) {
  const env = {
    DIFFUSION_URL: diffusionUrl,
    SIDECAR_PORT: `${port}`,
    WORKER_NAME: `worker-${number}`,
    // A person at a terminal does not wait long; the job is taken up again at the next start.
    DRAIN_DEADLINE_MS: '4000',
    ...environmentOf(options, 'sidecar', number),
  };
  return {
    plan: { name: `sidecar-${number}`, command: workerCommand('sidecar'), cwd: ROOT, env },
    readyUrl: `http://127.0.0.1:${port}/ready`,
  };
}

function readModelFile(options: StackOptions, number: number): string {
  return join(resolve(options.data), `read-model/web-${number}.sqlite`);
}

function projectorPlan(options: StackOptions, number: number, port: number) {
  const env = {
    PROJECTOR_PORT: `${port}`,
    READ_MODEL_FILE: readModelFile(options, number),
    ...environmentOf(options, 'projector', number),
  };
  return {
    plan: { name: `projector-${number}`, command: workerCommand('projector'), cwd: ROOT, env },
    readyUrl: `http://127.0.0.1:${port}/ready`,
  };
}

function webPlan(options: StackOptions, number: number, url: string) {
  const { port } = new URL(url);
  const env = {
    PORT: port,
    HOSTNAME: '127.0.0.1',
    PUBLIC_URL: url,
    READ_MODEL_FILE: readModelFile(options, number),
    NEXT_TELEMETRY_DISABLED: '1',
    NEXT_MANUAL_SIG_HANDLE: 'true',
    ...environmentOf(options, 'web', number),
  };
  const next = join(ROOT, 'node_modules/next/dist/bin/next');
  const development = {
    command: [process.execPath, next, 'dev', '-H', '127.0.0.1', '-p', port],
    cwd: join(ROOT, 'apps/web'),
  };
  const standalone = join(ROOT, 'apps/web/.next/standalone/apps/web');
  const production = { command: [process.execPath, 'server.js'], cwd: standalone };
  const run = options.web === 'development' ? development : production;
  if (options.web === 'production') prepareStandalone(standalone);
  return { plan: { name: `web-${number}`, ...run, env }, readyUrl: `${url}/ready` };
}

/** The standalone output leaves static files to a CDN; on one machine it serves them itself. */
function prepareStandalone(standalone: string): void {
  if (!existsSync(join(standalone, 'server.js')))
    throw new Error('There is no production build: run "npm run build" first');
  const web = join(ROOT, 'apps/web');
  mkdirSync(join(standalone, '.next'), { recursive: true });
  cpSync(join(web, '.next/static'), join(standalone, '.next/static'), { recursive: true });
  if (existsSync(join(web, 'public'))) cpSync(join(web, 'public'), join(standalone, 'public'), { recursive: true });
}

async function untilReady(urls: readonly string[], processes: ReadonlyMap<string, Supervised>, timeoutMs: number) {
  const until = performance.now() + timeoutMs;
  const anEnd = Promise.race(
    [...processes.values()].map(async ({ name, ended }) => {
      await ended;
      throw new Error(`${name} ended before it was ready`);
    }),
  );
  await Promise.race([anEnd, Promise.all(urls.map((url) => untilAnswers(url, until)))]);
  anEnd.catch(() => undefined);
}

async function untilAnswers(url: string, until: number): Promise<void> {
  for (let said = 'no answer'; ; ) {
    const response = await fetch(url, { signal: AbortSignal.timeout(30_000) }).catch(() => null);
    if (response?.ok) return;
    if (response) said = (await response.text()).slice(0, 500);
    if (performance.now() > until) throw new Error(`${url} was not ready in time: ${said}`);
    await new Promise((wake) => setTimeout(wake, 100));
  }
}

/** A free port that the system chooses, of those that it also gives to outgoing connections. */
export async function freePort(): Promise<number> {
  return (await portIfFree(0)) ?? (await freePort());
}

/** Ports below those that outgoing connections get, so that a server finds its own free when it is started again. */
const LASTING = { first: 20_000, count: 12_000 };

export async function lastingFreePort(): Promise<number> {
  for (;;) {
    const port = await portIfFree(LASTING.first + Math.floor(Math.random() * LASTING.count));
    if (port !== null) return port;
  }
}

/** The port, if nobody listens on it; 0 stands for any. */
async function portIfFree(wanted: number): Promise<number | null> {
  const server = createServer();
  const listening = await new Promise<boolean>((done) => {
    server.once('error', () => done(false));
    server.listen(wanted, '127.0.0.1', () => done(true));
  });
  if (!listening) return null;
  const address = server.address();
  await new Promise((done) => server.close(done));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
