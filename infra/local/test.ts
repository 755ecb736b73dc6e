/** `npm test`: every check and test, stage by stage, with times, and one line of totals at the end. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { findChromium } from '../../e2e/find-chromium.ts';
import { SERVICES_REQUIRED, startTestServices, type TestServices } from './services/test-services.ts';
import { ROOT } from './stack.ts';

type Counts = { passed: number; failed: number };
type Stage = { name: string; run(): Promise<Counts> | Counts };

const reports = join(ROOT, '.e2e');
let testServices: TestServices | null = null;
/** For tests of the whole platform: which engines they start. */
const PRODUCTION = { ENGINES: 'production' };

const stages: Stage[] = [
  check('format and lint', ['npx', 'biome', 'ci', '.']),
  check('types', ['npx', 'turbo', 'run', 'typecheck', '--output-logs=errors-only']),
  check('types of the scripts', ['npx', 'tsc', '-p', '.']),
  check('import boundaries', ['npm', 'run', '--silent', 'boundaries']),
  check('dead code', ['npm', 'run', '--silent', 'deadcode']),
  { name: 'services for unit and contracts', run: services },
  vitest('unit and contracts: shared', 'packages/shared'),
  vitest('unit and contracts: worker', 'apps/worker'),
  vitest('unit: web', 'apps/web'),
  check('production build', ['npm', 'run', '--silent', 'build']),
  { name: 'journeys in Chromium', run: () => journeys({}) },
  vitest('crash tests and services', 'e2e'),
  onRealServers({ name: 'journeys in Chromium, on Pulsar and S3', run: () => journeys(PRODUCTION) }),
  // A short one: a sample of the fail points, other ones each time. OPERATIONS.md has the long one.
  onRealServers(
    vitest('crash tests on Pulsar and S3', 'e2e', {
      env: { ...PRODUCTION, FAIL_POINTS: '6' },
      files: ['fail-points', 'restarts', 'production-chaos'],
    }),
  ),
];

function run(command: readonly string[], cwd = ROOT, env: Record<string, string> = {}): boolean {
  const [program = '', ...parameters] = command;
  const { status } = spawnSync(program, parameters, {
    cwd,
    env: { ...process.env, NEXT_TELEMETRY_DISABLED: '1', TURBO_TELEMETRY_DISABLED: '1', ...env },
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  return status === 0;
}

function check(name: string, command: readonly string[]): Stage {
  return { name, run: () => (run(command) ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 }) };
}

/** The real servers that contract suites run on. On a laptop one may be missing, and its suites say that they were skipped. */
async function services(): Promise<Counts> {
  testServices = await startTestServices(join(reports, 'services'));
  for (const reason of testServices.missing) console.log(`${SERVICES_REQUIRED ? 'FAILED' : 'SKIPPED'}: ${reason}`);
  return { passed: testServices.there, failed: SERVICES_REQUIRED ? testServices.missing.length : 0 };
}

const vitestReport = z.object({ numPassedTests: z.number(), numFailedTests: z.number(), success: z.boolean() });

type Options = { env?: Record<string, string>; files?: readonly string[] };

function vitest(name: string, folder: string, { env = {}, files = [] }: Options = {}): Stage {
  return {
    name,
    run() {
      const report = join(reports, `${name.replaceAll(/\W+/g, '-')}.json`);
      rmSync(report, { force: true });
      const cli = join(ROOT, 'node_modules/vitest/vitest.mjs');
      run(
        [
          process.execPath,
          cli,
          'run',
          ...files,
          '--reporter=default',
          '--reporter=json',
          `--outputFile.json=${report}`,
        ],
        join(ROOT, folder),
        { ...testServices?.environment, ...env },
      );
      const counted = vitestReport.safeParse(readJson(report)).data;
      if (!counted) return { passed: 0, failed: 1 };
      // A suite that does not even load fails without a failed test.
      return { passed: counted.numPassedTests, failed: counted.numFailedTests || (counted.success ? 0 : 1) };
    },
  };
}

const playwrightReport = z.object({
  stats: z.object({ expected: z.number(), unexpected: z.number(), flaky: z.number() }),
  errors: z.array(z.unknown()),
});

/** A stage that starts Pulsar and S3 of its own. */
function onRealServers({ name, run: runStage }: Stage): Stage {
  return {
    name,
    run() {
      const reasons = testServices?.missing ?? [];
      if (reasons.length === 0) return runStage();
      console.log(`${SERVICES_REQUIRED ? 'FAILED' : 'SKIPPED'}: ${reasons.join('\n')}`);
      return { passed: 0, failed: SERVICES_REQUIRED ? 1 : 0 };
    },
  };
}

async function journeys(env: Record<string, string>): Promise<Counts> {
  if ((await findChromium()) === null) {
    console.log('SKIPPED: no Chromium, Chrome or Edge was found on this machine; install one, or set CHROMIUM_PATH.');
    return { passed: 0, failed: 0 };
  }
  const report = join(reports, 'journeys.json');
  rmSync(report, { force: true });
  const cli = join(ROOT, 'node_modules/@playwright/test/cli.js');
  run([process.execPath, cli, 'test'], join(ROOT, 'e2e'), { ...env, E2E_REPORT: report });
  const counted = playwrightReport.safeParse(readJson(report)).data;
  if (!counted) return { passed: 0, failed: 1 };
  const { expected, unexpected, flaky } = counted.stats;
  return { passed: expected, failed: unexpected + flaky || counted.errors.length };
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
}

mkdirSync(reports, { recursive: true });
const wanted = process.argv.slice(2);
const totals = { passed: 0, failed: 0 };
const lines: string[] = [];
let interrupted = false;
// Ctrl-C reaches the stage that runs; here it is only noted, so that the services are stopped.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => (interrupted = true));

for (const { name, run: runStage } of stages) {
  if (wanted.length > 0 && !wanted.some((word) => name.includes(word))) continue;
  console.log(`\n━━ ${name}`);
  const start = performance.now();
  const { passed, failed } = await runStage();
  totals.passed += passed;
  totals.failed += failed;
  lines.push(
    `${((performance.now() - start) / 1000).toFixed(1).padStart(7)} s  ${name}: ${passed} passed, ${failed} failed`,
  );
  // A signal is heard when nothing runs.
  await new Promise((next) => setImmediate(next));
  if (interrupted) break;
}
// Read from a property, since the compiler has not seen that a stage sets it.
await (testServices as TestServices | null)?.[Symbol.asyncDispose]();
console.log(`\n${lines.join('\n')}\n\n${totals.passed} passed, ${totals.failed} failed`);
process.exitCode = interrupted ? 130 : totals.failed > 0 ? 1 : 0;
