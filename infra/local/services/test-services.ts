import { join } from 'node:path';
import { SERVICES } from './all-services.ts';
import { type Service, ServiceRefusal } from './service.ts';
import { removeData, stopProcess } from './service-process.ts';
import { startServices } from './start-services.ts';

export type TestServices = AsyncDisposable & {
  /** For the test runner; REQUIRE_SERVICES makes a suite without its server fail. */
  environment: Record<string, string>;
  /** How many are there. */
  there: number;
  /** What is said of each that is not. */
  missing: readonly string[];
};

/** Whether a server that cannot be started fails the run: in CI nobody reads that something was skipped. */
export const SERVICES_REQUIRED = process.env['REQUIRE_SERVICES'] === '1' || Boolean(process.env['CI']);

/** New and empty servers for the contract suites; each for itself, so that one that is missing leaves the others. */
export async function startTestServices(folder: string): Promise<TestServices> {
  // What takes minutes runs where nobody waits for it.
  const environment: Record<string, string> = SERVICES_REQUIRED ? { REQUIRE_SERVICES: '1', PULSAR_TEST_SLOW: '1' } : {};
  const missing: string[] = [];
  await using stack = new AsyncDisposableStack();
  for (const service of SERVICES) {
    if (isNamedAlready(service)) continue;
    // Of a run that was killed.
    await stopProcess(join(folder, service.name));
    removeData(join(folder, service.name));
    try {
      const started = stack.use(await startServices({ which: [service.name], folder, ports: 'free' }));
      Object.assign(environment, started.testEnvironment);
    } catch (error) {
      if (!(error instanceof ServiceRefusal)) throw error;
      missing.push(error.message);
    }
  }
  const started = stack.move();
  return {
    environment,
    missing,
    there: SERVICES.length - missing.length,
    [Symbol.asyncDispose]: () => started.disposeAsync(),
  };
}

/** Somebody brings a server of their own: `S3_TEST_ENDPOINT` and so on are set. */
function isNamedAlready(service: Service): boolean {
  return Object.keys(service.testEnvironment({})).every((name) => process.env[name]);
}
