import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, statSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, test } from '@playwright/test';

const REAL = process.env['REAL_URL'] ?? '';
const FAKE = process.env['FAKE_URL'] ?? '';
const ROOT = resolve(import.meta.dirname, '../..');

test('the assertions of the system this grew from: health and images without the slash, settings and metadata equal', async ({
  request,
}) => {
  const health = await request.get(`${FAKE}/health`, { maxRedirects: 0 });
  expect(await health.json()).toEqual({ status: 'ok' });
  const generation_settings = {
    ...{ prompt: 'A dog', negative_prompt: '', seed: 42, sampler_name: 'euler', batch_size: 1, n_iters: 1, steps: 5 },
    ...{ cfg_scale: 7.0, width: 512, height: 512, model: 'demo' },
  };
  const metadata = { grouping: 'test/grouping' };
  const data = { generation_settings: { ...generation_settings, batch_size: '1' }, metadata };
  const posted = await request.post(`${FAKE}/images`, { data, maxRedirects: 0 });
  expect(posted.status()).toBe(202);
  const { id, message } = await posted.json();
  expect(message).toBe('Request is being processed');
  await expect
    .poll(async () => (await (await request.get(`${FAKE}/images/${id}`)).json()).image_url, { timeout: 20_000 })
    .not.toBeNull();
  const job = await (await request.get(`${FAKE}/images/${id}/`)).json();
  expect(job).toMatchObject({ id, status: 'completed' });
  expect(job.generation_settings).toEqual(generation_settings);
  expect(job.metadata).toEqual(metadata);
  expect(job.complete_time > job.request_time).toBe(true);
  const picture = await request.get(job.image_url);
  expect((await picture.body()).subarray(0, 8)).toEqual(Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'));
});

test('the curl lines of the README work as they are printed', async ({ request }) => {
  const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
  const block = /```sh\n(curl [\s\S]*?)```/.exec(readme)?.[1] ?? '';
  expect(block).toContain('/images/');
  const folder = mkdtempSync(join(tmpdir(), 'darkroom-readme-'));
  const script = block.replaceAll('http://localhost:8000', REAL);
  execFileSync('sh', ['-euc', script], { cwd: folder, timeout: 50_000, stdio: ['ignore', 'pipe', 'inherit'] });
  expect(statSync(join(folder, 'dog.png')).size).toBeGreaterThan(1000);
  expect(readFileSync(join(folder, 'dog.png')).subarray(1, 4).toString()).toBe('PNG');
  expect((await request.get(`${REAL}/health/`)).ok()).toBe(true);
});

test('the command line client saves a picture, and says so when no server runs', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'darkroom-cli-'));
  const run = (...parameters: string[]) =>
    execFileSync(process.execPath, [join(ROOT, 'infra/local/run.mjs'), 'generate', ...parameters], {
      cwd: folder,
      // Where npm was called: there pictures are saved.
      env: { ...process.env, INIT_CWD: folder },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  const answer = JSON.parse(run('a red car', '--url', REAL, '--seed', '3', '--steps', '4', '--json'));
  expect(answer).toMatchObject({ status: 'completed', seed: 3, files: [join(folder, `${answer.id}.png`)] });
  expect(statSync(answer.files[0]).size).toBeGreaterThan(1000);
  const refusal = (...parameters: string[]) => {
    try {
      return { status: 0, stderr: run(...parameters) };
    } catch (error) {
      // What execFileSync throws when the program exits with another code than 0.
      return error as { status: number; stderr: string };
    }
  };
  const nobody = refusal('a dog', '--url', 'http://127.0.0.1:9');
  expect([nobody.status, nobody.stderr]).toEqual([3, expect.stringContaining('npm run dev')]);
  const wrong = refusal('a dog', '--url', REAL, '--steps', 'many');
  expect([wrong.status, wrong.stderr]).toEqual([2, expect.stringContaining('steps')]);
  expect(refusal('fake:permanent', '--url', FAKE).status).toBe(1);
});

test('neither a repeated slash nor an odd method is answered by the framework: no redirect, no page, no 500', async () => {
  const { port, hostname } = new URL(FAKE);
  const send = async (method: string, path: string, host = `localhost:${port}`) =>
    await new Promise<{ status: number | undefined; type: string | undefined }>((resolve, reject) => {
      const headers = { 'content-type': 'application/json', 'content-length': 2, host };
      const sent = httpRequest({ hostname, port, method, path, headers }, (response) => {
        response.resume();
        resolve({ status: response.statusCode, type: response.headers['content-type'] });
      });
      sent.on('error', reject).end('{}');
    });
  const problem = 'application/problem+json';
  expect(await send('POST', '/images//')).toEqual({ status: 422, type: problem });
  expect(await send('POST', '//images')).toEqual({ status: 422, type: problem });
  expect(await send('POST', `http://localhost:${port}/images/`)).toEqual({ status: 422, type: problem });
  expect(await send('GET', 'http://evil.example/images/')).toEqual({ status: 421, type: problem });
  for (const path of ['/images/%', '/images/%ff', '/images/%E0%A4%A/files/0', '/gallery/%', '/gallery/%ff'])
    expect(await send('GET', path), path).toEqual({ status: 400, type: problem });
  expect(await send('POST', '/images/%/cancel')).toEqual({ status: 400, type: problem });
  expect(await send('TRACE', '/images/')).toEqual({ status: 405, type: problem });
  expect(await send('PROPFIND', '/images/')).toEqual({ status: 405, type: problem });
  expect(await send('GET', '/images/01a2120f-0000-7000-8000-000000000000/nothing')).toEqual({
    status: 404,
    type: problem,
  });
});

test('the stream of events is not held back by compression', async () => {
  const response = await fetch(`${FAKE}/events`, { headers: { 'accept-encoding': 'gzip, br' } });
  const started = performance.now();
  const first = await response.body?.getReader().read();
  // Held back it would come with the heartbeat of 15 s at the earliest.
  expect(performance.now() - started).toBeLessThan(1000);
  expect(new TextDecoder().decode(first?.value)).toMatch(/^(event|id|retry|:|data)/);
  expect(response.headers.get('content-encoding')).toBeNull();
});
