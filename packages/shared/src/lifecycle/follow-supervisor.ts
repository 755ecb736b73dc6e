const LOOK_EVERY_MS = 1000;

/**
 * Ends this process, as SIGTERM does, when the supervisor that started it is gone: a `kill -9` of that one leaves nobody behind.
 * The supervisor names itself in `SUPERVISOR_PID`; without it nothing is watched.
 */
export function followSupervisor(pid: string | undefined, isAlive: (pid: number) => boolean = isRunning): void {
  const supervisor = Number(pid ?? 0);
  if (!(supervisor > 0)) return;
  const timer = setInterval(() => {
    if (isAlive(supervisor)) return;
    clearInterval(timer);
    process.kill(process.pid, 'SIGTERM');
  }, LOOK_EVERY_MS);
  timer.unref();
}

/** Whether a process of this machine is there, whoever owns it. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
