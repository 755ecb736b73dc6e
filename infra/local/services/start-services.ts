/** The platform's servers on this machine, without containers: what `npm run services:up`, the tests and the chaos harness start. */
import { spawn } from 'node:child_process';
import { statfsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { lastingFreePort, ROOT } from '../stack.ts';
import { SERVICES, serviceNamed } from './all-services.ts';
import { type Ports, type Service, type ServiceName, ServiceRefusal } from './service.ts';
import { killProcess, runningIn, startProcess, stopProcess, untilHealthy } from './service-process.ts';

export type ServicesOptions = {
  /** All of them by default. */
  which?: readonly ServiceName[];
  /** Where their data, settings and logs lie, one folder each; default `.darkroom/services`, or DARKROOM_SERVICES. */
  folder?: string;
  /** Where what is installed lies; default `~/.cache/darkroom`, or DARKROOM_CACHE. */
  cache?: string;
  /** `free` lets the system choose, so that several can run at once; `usual` are fixed ones, which the environment can change. */
  ports?: 'free' | 'usual';
  /** They go on when this process has ended, however it ended. */
  outlive?: boolean;
};

type RunningService = {
  name: ServiceName;
  title: string;
  folder: string;
  ports: Ports;
  /** It ran before: whoever started it stops it. */
  wasRunning: boolean;
  stop(): Promise<void>;
  kill9(): Promise<void>;
  /** Starts it again, on its ports and its data; resolves when it is healthy. One that runs is stopped first. */
  restart(): Promise<void>;
};

export type Services = AsyncDisposable & {
  running: readonly RunningService[];
  named(name: ServiceName): RunningService;
  /** What processes of the platform are told, to use them. */
  environment: Record<string, string>;
  /** What the contract suites are told (`S3_TEST_ENDPOINT` and so on). */
  testEnvironment: Record<string, string>;
};

const FREE_BYTES_MIN = 2e9;
const RESTART_PATIENCE_MS = 20_000;
const COMPOSE = 'docker compose -f infra/docker/compose.services.yml up -d';

/** Installs what is not there, starts what does not run, waits until all are healthy. Disposing stops what was started here. */
export async function startServices(options: ServicesOptions = {}): Promise<Services> {
  const cache = resolve(options.cache ?? process.env['DARKROOM_CACHE'] ?? join(homedir(), '.cache/darkroom'));
  const folder = servicesFolder(options.folder);
  const wanted = (options.which ?? SERVICES.map(({ name }) => name)).map(serviceNamed);
  const absent = wanted.filter(({ name }) => runningIn(join(folder, name)) === null);
  await refuseMissing(absent, cache);
  for (const service of absent) await service.install(cache);
  await using stack = new AsyncDisposableStack();
  if (!options.outlive) stack.defer(endWithThisProcess(absent.map(({ name }) => join(folder, name))));
  const starting = wanted.map(async (service) => {
    const running = await startOne(service, { folder: join(folder, service.name), cache }, options.ports ?? 'usual');
    if (!running.wasRunning) stack.defer(running.stop);
    return running;
  });
  // All of them to their end, so that one that fails leaves none of the others behind.
  await Promise.allSettled(starting);
  const running = await Promise.all(starting);
  const started = stack.move();
  return {
    running,
    named: (name) => running.find((each) => each.name === name) ?? notStarted(name),
    environment: Object.assign({}, ...running.map(({ name, ports }) => serviceNamed(name).environment(ports))),
    testEnvironment: Object.assign(
      {},
      ...running.map(({ name, ports }) => serviceNamed(name).testEnvironment(ports)),
      ...wanted.map((service) => service.installedEnvironment?.(cache)),
    ),
    [Symbol.asyncDispose]: () => started.disposeAsync(),
  };
}

/** Leaves somebody behind who stops them if this process is killed; returns what sends that one away. */
function endWithThisProcess(folders: readonly string[]): () => void {
  if (folders.length === 0) return () => undefined;
  const script = join(import.meta.dirname, 'end-with-owner.ts');
  const options = ['--disable-warning=ExperimentalWarning', script, String(process.pid)];
  const watcher = spawn(process.execPath, [...options, ...folders], { stdio: 'ignore', detached: true });
  watcher.unref();
  return () => void watcher.kill('SIGKILL');
}

export function servicesFolder(folder?: string): string {
  return resolve(folder ?? process.env['DARKROOM_SERVICES'] ?? join(ROOT, '.darkroom/services'));
}

async function startOne(
  service: Service,
  place: { folder: string; cache: string },
  portChoice: 'free' | 'usual',
): Promise<RunningService> {
  const { folder } = place;
  const before = runningIn(folder);
  const ports = before?.ports ?? (await choosePorts(service, portChoice));
  if (before) await untilHealthy(service, folder, ports);
  else await startProcess(service, place, ports);
  const stop = async () => void (await stopProcess(folder));
  return {
    ...{ name: service.name, title: service.title, folder, ports, wasRunning: before !== null, stop },
    kill9: () => killProcess(folder),
    async restart() {
      await stop();
      await startProcess(service, place, ports, RESTART_PATIENCE_MS);
    },
  };
}

async function choosePorts(service: Service, choice: 'free' | 'usual'): Promise<Ports> {
  const ports: Record<string, number> = {};
  for (const { name, variable, usual } of service.ports) {
    ports[name] = choice === 'free' ? await lastingFreePort() : portFrom(variable, usual);
  }
  return ports;
}

function portFrom(variable: string, usual: number): number {
  const given = process.env[variable];
  const port = given ? Number(given) : usual;
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw new ServiceRefusal(`${variable} must be a port number from 1 to 65535, and is "${given}".`);
}

/** Everything that is missing in one message, so that nobody installs one thing after another. */
async function refuseMissing(services: readonly Service[], cache: string): Promise<void> {
  if (services.length === 0) return;
  const missing = (await Promise.all(services.map((service) => service.missing(cache)))).flat();
  await mkdir(cache, { recursive: true });
  const { bavail, bsize } = statfsSync(cache);
  if (bavail * bsize < FREE_BYTES_MIN) {
    missing.push(`2 GB of free disk under ${cache} (${Math.floor((bavail * bsize) / 1e6)} MB are left)`);
  }
  if (missing.length === 0) return;
  const titles = services.map(({ title, version }) => `${title} ${version}`).join(' and ');
  const list = missing.map((each) => `  - ${each}\n`).join('');
  throw new ServiceRefusal(
    `To run ${titles} here, this is missing:\n${list}Those who have Docker need none of it: ${COMPOSE}`,
  );
}

function notStarted(name: ServiceName): never {
  throw new Error(`${name} was not started`);
}
