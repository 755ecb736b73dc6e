import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ServiceRefusal } from './service.ts';

const OUTPUT_LINES = 15;

/**
 * Fills a new folder and then gives it its name: a download that breaks off leaves nothing that looks installed, and of two processes that
 * install at once both end with a whole folder.
 */
export async function installOnce(
  folder: string,
  what: string,
  fill: (folder: string) => Promise<void>,
): Promise<void> {
  if (existsSync(folder)) return;
  console.log(`Installing ${what} into ${dirname(folder)} …`);
  const aside = `${folder}.${randomUUID()}`;
  await mkdir(aside, { recursive: true });
  try {
    await fill(aside);
    await rename(aside, folder).catch((error: unknown) => {
      if (!existsSync(folder)) throw error;
    });
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
}

/** Runs a program to its end; one that fails is a refusal with its last lines. */
export async function run(
  [program = '', ...parameters]: readonly string[],
  { cwd, env }: { cwd?: string; env?: Record<string, string> },
): Promise<void> {
  const child = spawn(program, parameters, { cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += chunk));
  const [code] = await once(child, 'close').catch((error: unknown) => [String(error)]);
  if (code === 0) return;
  const last = said.trim().split('\n').slice(-OUTPUT_LINES).join('\n');
  throw new ServiceRefusal(`"${program} ${parameters.join(' ')}" failed (${code}):\n${last}`);
}
