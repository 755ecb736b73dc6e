import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { dataFolder, removeData, takeFolder } from '../../infra/local/data-folder.ts';
import { freePort, ROOT } from '../../infra/local/stack.ts';

type Ended = { code: number | null; stderr: string };

/** `npm run dev`, with free ports unless others are given, until it ends by itself. */
async function dev(env: Record<string, string>): Promise<Ended> {
  const ports = ['PORT', 'DIFFUSION_PORT', 'PROJECTOR_PORT', 'SIDECAR_PORT'];
  const free = Object.fromEntries(
    await Promise.all(ports.map(async (name) => [name, String(await freePort())] as const)),
  );
  const child = spawn(process.execPath, [join(ROOT, 'infra/local/run.mjs'), 'dev', '--production'], {
    env: { ...process.env, ...free, NO_COLOR: '1', ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let stderr = '';
  child.stderr.on('data', (chunk) => (stderr += chunk));
  const [code] = await once(child, 'close');
  return { code, stderr };
}

const freshFolder = () => mkdtempSync(join(tmpdir(), 'darkroom-start-'));
const isOneSentence = (text: string) => text.trim().split('\n').length === 1;

test('a taken port gets one sentence', async () => {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  const taken = typeof address === 'object' ? String(address?.port) : '';
  const { code, stderr } = await dev({ DARKROOM_DATA: freshFolder(), SIDECAR_PORT: taken });
  server.close();
  expect([code, stderr]).toEqual([1, expect.stringContaining(`Port ${taken} (sidecar) is in use`)]);
  expect(isOneSentence(stderr)).toBe(true);
});

test('a second one in the same folder gets one sentence', async () => {
  const folder = freshFolder();
  expect(takeFolder(folder)).toBe(true);
  const { code, stderr } = await dev({ DARKROOM_DATA: folder });
  expect([code, stderr]).toEqual([1, expect.stringContaining('already runs on')]);
  expect(isOneSentence(stderr)).toBe(true);
});

test('a lock that a dead process left behind is no lock', async () => {
  const folder = freshFolder();
  const script = `const { takeFolder } = await import('${pathToFileURL(join(ROOT, 'infra/local/data-folder.ts'))}'); takeFolder(process.argv[1]); process.kill(process.pid, 'SIGKILL');`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script, folder], { stdio: 'ignore' });
  await once(child, 'close');
  expect(takeFolder(folder)).toBe(true);
});

test('a reset removes what Darkroom made, and nothing else', () => {
  const folder = freshFolder();
  writeFileSync(join(folder, 'thesis.txt'), 'precious');
  expect(removeData(folder)).toBe(false);
  for (const name of ['log', 'objects', 'read-model']) mkdirSync(join(folder, name));
  writeFileSync(join(folder, 'log/events.sqlite'), '');
  expect(removeData(folder)).toBe(true);
  expect(readdirSync(folder)).toEqual(['thesis.txt']);
  expect(dataFolder('/somewhere', '')).toBe(join('/somewhere', '.darkroom'));
});

test.each(['a file', '/proc'])('a folder that cannot be made (below %s) gets one sentence', async (where) => {
  const file = join(freshFolder(), 'file');
  writeFileSync(file, '');
  const { code, stderr } = await dev({ DARKROOM_DATA: join(where === '/proc' ? where : file, 'below') });
  expect([code, stderr]).toEqual([1, expect.stringContaining('cannot be used')]);
  expect(isOneSentence(stderr)).toBe(true);
});

/** A small file system of its own; null where this user may not mount one. */
function smallDisk(): string | null {
  const folder = join(freshFolder(), 'disk');
  mkdirSync(folder);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', folder], { stdio: 'ignore' });
    return folder;
  } catch {
    return null;
  }
}

test('a full disk gets one sentence', async ({ skip }) => {
  const disk = smallDisk();
  if (disk === null) return skip('this user may not mount a small file system');
  try {
    const { code, stderr } = await dev({ DARKROOM_DATA: join(disk, 'data') });
    expect([code, stderr]).toEqual([1, expect.stringContaining('The disk is full')]);
    expect(isOneSentence(stderr)).toBe(true);
  } finally {
    execFileSync('umount', ['-l', disk]);
    rmSync(disk, { recursive: true, force: true });
  }
});
