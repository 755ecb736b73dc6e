import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { engineSets } from '../infra/local/engines.ts';
import { startStack } from '../infra/local/stack.ts';

/**
 * Two stacks for the journeys: `REAL_URL` draws with the built-in model; `FAKE_URL` and `FAKE_URL_2` (two pairs of web and projector over
 * one log) draw placeholders, and do as the prompt tells (`fake:fail`, `fake:step-ms=…`).
 */
export default async function startStacks(): Promise<() => Promise<void>> {
  const data = [mkdtempSync(join(tmpdir(), 'darkroom-real-')), mkdtempSync(join(tmpdir(), 'darkroom-fake-'))];
  const [realData = '', fakeData = ''] = data;
  const lines: string[] = [];
  const onLine = (name: string, line: string) => {
    lines.push(`${name} ${line}`);
    if (process.env['E2E_LOG']) console.log(name, line);
  };
  const quick = { sidecar: { DELAY_FACTOR: '0.1' } };
  // Each of the two has engines of its own: the embedded ones, or with `ENGINES=production` Pulsar and S3.
  const [set] = engineSets(process.env['ENGINES'] ?? 'embedded');
  const engines = await Promise.all([set?.open(), set?.open()]);
  const [realEnv = {}, fakeEnv = {}] = engines.map((each) => each?.env);
  const shared = { web: 'production', onLine } as const;
  const real = await startStack({ ...shared, engine: 'onnx', data: realData, engines: realEnv });
  const fake = await startStack({ ...shared, engine: 'fake', data: fakeData, engines: fakeEnv, webs: 2, env: quick });
  try {
    await Promise.all([real.ready(), fake.ready()]);
  } catch (error) {
    console.error(lines.slice(-80).join('\n'));
    throw error;
  }
  process.env['REAL_URL'] = real.webUrls[0];
  // Pictures come from the store itself where it has links.
  process.env['REAL_STORE_URL'] = realEnv['S3_ENDPOINT'] ?? real.webUrls[0];
  process.env['FAKE_URL'] = fake.webUrls[0];
  process.env['FAKE_URL_2'] = fake.webUrls[1];
  return async () => {
    await real[Symbol.asyncDispose]();
    await fake[Symbol.asyncDispose]();
    for (const each of engines) await each?.[Symbol.asyncDispose]();
    for (const folder of data) rmSync(folder, { recursive: true, force: true });
  };
}
