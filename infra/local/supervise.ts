import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

export type ProcessPlan = {
  name: string;
  command: readonly string[];
  cwd: string;
  env: Readonly<Record<string, string | undefined>>;
};

export type Supervised = AsyncDisposable & {
  readonly name: string;
  readonly pid: number | undefined;
  /** How often it was started again. */
  readonly restarts: number;
  /** False where there is no process to signal at this moment. */
  kill(signal: NodeJS.Signals): boolean;
  /** Asks it to end and waits; after the deadline it is killed. */
  stop(deadlineMs?: number): Promise<void>;
  /** Resolves with the exit code (null: by a signal) when it ended and is not started again. */
  readonly ended: Promise<number | null>;
};

export type SuperviseOptions = {
  onLine(name: string, line: string): void;
  /** Whether a process that dies is started again; one that exits with a code of its own accord is not. */
  restart: boolean;
};

const RESTART_MS = { first: 50, last: 3000 };
/** A process that ran this long begins with the shortest wait again. */
const STABLE_MS = 10_000;
const STOP_DEADLINE_MS = 10_000;

/** Runs a process in a group of its own, so that Ctrl-C reaches only its supervisor, which then stops all in order. */
export function supervise(plan: ProcessPlan, { onLine, restart }: SuperviseOptions): Supervised {
  const ended = Promise.withResolvers<number | null>();
  let child: ChildProcess | undefined;
  let stopping = false;
  let restarts = 0;
  let waitMs = RESTART_MS.first;

  const start = () => {
    const startedAt = performance.now();
    const [command = '', ...parameters] = plan.command;
    const running = spawn(command, parameters, {
      cwd: plan.cwd,
      env: { ...process.env, SUPERVISOR_PID: String(process.pid), ...plan.env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: process.platform !== 'win32',
    });
    child = running;
    for (const stream of [running.stdout, running.stderr]) {
      createInterface({ input: stream }).on('line', (line) => onLine(plan.name, line));
    }
    running.once('error', (error) => onLine(plan.name, error.message));
    running.once('exit', (code, signal) => {
      if (stopping || !restart || signal === null) return ended.resolve(code);
      onLine(plan.name, `ended by ${signal}; starting it again`);
      waitMs = performance.now() - startedAt > STABLE_MS ? RESTART_MS.first : Math.min(waitMs * 2, RESTART_MS.last);
      restarts += 1;
      setTimeout(() => (stopping ? ended.resolve(null) : start()), waitMs);
    });
  };

  const kill = (signal: NodeJS.Signals): boolean => {
    if (child?.pid === undefined || child.exitCode !== null || child.signalCode !== null) return false;
    try {
      if (process.platform === 'win32') child.kill(signal);
      else process.kill(-child.pid, signal);
      return true;
    } catch {
      // It ended in between.
      return false;
    }
  };

  const stop = async (deadlineMs = STOP_DEADLINE_MS) => {
    stopping = true;
    if (!child || child.exitCode !== null || child.signalCode !== null) return ended.resolve(null);
    const exited = once(child, 'exit');
    kill('SIGTERM');
    const deadline = setTimeout(() => kill('SIGKILL'), deadlineMs);
    await exited;
    clearTimeout(deadline);
  };

  start();
  return {
    name: plan.name,
    get pid() {
      return child?.pid;
    },
    get restarts() {
      return restarts;
    },
    kill,
    stop,
    ended: ended.promise,
    [Symbol.asyncDispose]: () => stop(),
  };
}
