import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, test } from 'vitest';

test('a process ends when its supervisor is gone', async () => {
  const supervisor = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  const script = `
    import { followSupervisor } from ${JSON.stringify(join(import.meta.dirname, 'follow-supervisor.ts'))};
    followSupervisor(process.env.SUPERVISOR_PID);
    setInterval(() => {}, 1000);
    console.log('running');`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    env: { ...process.env, SUPERVISOR_PID: String(supervisor.pid) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  supervisor.kill('SIGKILL');
  const [, signal] = await once(child, 'exit');
  expect(signal).toBe('SIGTERM');
});
