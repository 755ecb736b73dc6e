import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startCrashStack } from './crash-stack.ts';
import { settled } from './web-client.ts';

/** Fills the file system of a folder to its last byte; returns how to free it again. */
function fill(folder: string): () => void {
  const ballast = join(folder, 'ballast');
  try {
    writeFileSync(ballast, Buffer.alloc(64 * 1024 * 1024));
  } catch {
    // That is the point.
  }
  return () => rmSync(ballast);
}

test('a disk that is full for a while loses nothing: requests are refused, jobs wait, and all goes on when there is space', async ({
  skip,
}) => {
  const data = join(mkdtempSync(join(tmpdir(), 'darkroom-disk-')), 'disk');
  mkdirSync(data);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=24m', 'tmpfs', data], { stdio: 'ignore' });
  } catch {
    return skip('this user may not mount a small file system');
  }
  try {
    await using crash = await startCrashStack({ workers: 1, webs: 1, data, ledger: join(data, '../accepted') });
    const { ledger } = crash;
    const [web = ''] = crash.stack.webUrls;
    await settled(web, await ledger.submit('a dog'));
    const slow = await ledger.submit('fake:step-ms=300');
    const free = fill(data);
    const refused = await fetch(`${web}/images/`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ generation_settings: { prompt: 'x'.repeat(8000), width: 64, height: 64 } }),
    });
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, expect.any(String)]);
    await new Promise((wake) => setTimeout(wake, 3000));
    free();
    expect((await settled(web, slow)).status).toBe('completed');
    await settled(web, await ledger.submit('a cat'));
    await crash.drained(30_000);
    const verdict = await crash.verdict();
    expect(verdict.faults).toEqual([]);
  } finally {
    execFileSync('umount', ['-l', data]);
  }
});
