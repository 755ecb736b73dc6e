import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readPidFile, removePidFile, type ServiceRecord, writePidFile } from './pid-file.ts';
import { type Ports, type Service, ServiceRefusal } from './service.ts';

export type Place = { folder: string; cache: string };

const LOOK_EVERY_MS = 100;
const STOP_MS = 20_000;
const LOG_LINES = 25;

const pidFileIn = (folder: string) => join(folder, 'process.json');
const logFileIn = (folder: string) => join(folder, 'server.log');

/** The process of a service that was started in this folder and still runs, whoever started it. */
export function runningIn(folder: string): ServiceRecord | null {
  return readPidFile(pidFileIn(folder));
}

/** Starts the server so that it outlives this process, and waits for its health. */
export async function startProcess(
  service: Service,
  { folder, cache }: Place,
  ports: Ports,
  /** How long a port may still be held by the one that ran here before. */
  patienceMs = 0,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  await refuseTakenPorts(service, ports, patienceMs);
  const { command, env } = await service.prepare({ cache, folder, ports });
  const [program = '', ...parameters] = command;
  // Why it ended the last time is asked after it runs again.
  if (existsSync(logFileIn(folder))) renameSync(logFileIn(folder), `${logFileIn(folder)}.before`);
  const log = openSync(logFileIn(folder), 'w');
  const child = spawn(program, parameters, {
    cwd: folder,
    env: { ...process.env, ...env },
    stdio: ['ignore', log, log],
    // A group of its own: Ctrl-C in the terminal is not for it.
    detached: true,
  });
  closeSync(log);
  child.unref();
  const failed = new Promise<string>((tell) => child.once('error', (error) => tell(error.message)));
  if (child.pid === undefined) throw new ServiceRefusal(`${service.title} cannot be run: ${await failed}`);
  writePidFile(pidFileIn(folder), child.pid, ports);
  try {
    await untilHealthy(service, folder, ports);
  } catch (error) {
    await stopProcess(folder);
    throw error;
  }
}

/** The server's own last lines say more than anything that could be said here. */
export async function untilHealthy(service: Service, folder: string, ports: Ports): Promise<void> {
  const until = performance.now() + service.healthyWithinMs;
  while (!(await service.isHealthy(ports))) {
    const isRunning = runningIn(folder) !== null;
    if (isRunning && performance.now() < until) await sleep(LOOK_EVERY_MS);
    else {
      const what = isRunning ? `was not healthy within ${service.healthyWithinMs / 1000} s` : 'ended while it started';
      throw new ServiceRefusal(
        `${service.title} ${what}. Its last lines (${logFileIn(folder)}):\n${lastLines(folder)}`,
      );
    }
  }
}

/** Asks the server to end, and kills it at the deadline. True if it ran. */
export async function stopProcess(folder: string): Promise<boolean> {
  const record = runningIn(folder);
  if (record !== null) {
    signalGroup(record.pid, 'SIGTERM');
    if (!(await untilGone(folder, STOP_MS))) await killProcess(folder);
  }
  removePidFile(pidFileIn(folder));
  return record !== null;
}

/** As a machine that loses its power. */
export async function killProcess(folder: string): Promise<void> {
  const record = runningIn(folder);
  if (record === null) return;
  signalGroup(record.pid, 'SIGKILL');
  if (!(await untilGone(folder, STOP_MS))) throw new Error(`process ${record.pid} does not die`);
}

export function removeData(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}

async function untilGone(folder: string, withinMs: number): Promise<boolean> {
  for (const until = performance.now() + withinMs; runningIn(folder) !== null; await sleep(20)) {
    if (performance.now() > until) return false;
  }
  return true;
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // It ended in between.
  }
}

async function refuseTakenPorts(service: Service, ports: Ports, patienceMs: number): Promise<void> {
  const until = performance.now() + patienceMs;
  for (const { name, what, variable } of service.ports) {
    while (!(await isFree(ports[name] ?? 0))) {
      if (performance.now() >= until)
        throw new ServiceRefusal(
          `Port ${ports[name]} (${what}) is in use: stop what listens there, or set ${variable}.`,
        );
      await sleep(LOOK_EVERY_MS);
    }
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  const listens = await new Promise<boolean>((done) => {
    server.once('error', () => done(false));
    server.listen(port, '127.0.0.1', () => done(true));
  });
  if (listens) await new Promise((done) => server.close(done));
  return listens;
}

function lastLines(folder: string): string {
  return readFileSync(logFileIn(folder), 'utf8').trim().split('\n').slice(-LOG_LINES).join('\n');
}
