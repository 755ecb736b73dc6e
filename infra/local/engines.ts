/** The sets of engines that the platform can stand on here, for tests and measurements that run on each of them. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setUpPulsar } from '@darkroom/shared/composition/set-up-pulsar';
import { type Services, startServices } from './services/start-services.ts';

export type Engines = AsyncDisposable & {
  /** For every process: which engines, and how they are reached. */
  env: Readonly<Record<string, string>>;
  /** The servers under them, to be killed and started again; null where there are none. */
  services: Services | null;
};

export type EngineSet = { name: 'embedded' | 'pulsar and s3'; open(): Promise<Engines> };

const embedded: EngineSet = {
  name: 'embedded',
  open: async () => ({ env: {}, services: null, [Symbol.asyncDispose]: async () => {} }),
};

const production: EngineSet = {
  name: 'pulsar and s3',
  async open() {
    await using stack = new AsyncDisposableStack();
    const folder = mkdtempSync(join(tmpdir(), 'darkroom-services-'));
    stack.defer(() => rmSync(folder, { recursive: true, force: true }));
    const services = stack.use(await startServices({ folder, ports: 'free' }));
    await setUpPulsar(services.environment, { say: () => undefined });
    const all = stack.move();
    return { env: services.environment, services, [Symbol.asyncDispose]: () => all.disposeAsync() };
  },
};

/** Those that `ENGINES` names (`embedded`, `production`), else all. */
export function engineSets(wanted = process.env['ENGINES']): EngineSet[] {
  if (wanted === 'embedded') return [embedded];
  return wanted === 'production' ? [production] : [embedded, production];
}
