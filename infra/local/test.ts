/** `npm test`: every check and test, stage by stage, with times, and one line of totals at the end. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { findChromium } from '../../e2e/find-chromium.ts';
import { ROOT } from './stack.ts';

type Counts = { passed: number; failed: number };
type Stage = { name: string; run(): Promise<Counts> | Counts };

const reports = join(ROOT, '.e2e');

const stages: Stage[] = [
  check('format and lint', ['npx', 'biome', 'ci', '.']),
  check('types', ['npx', 'turbo', 'run', 'typecheck', '--output-logs=errors-only']),
  check('types of the scripts', ['npx', 'tsc', '-p', '.']),
  check('import boundaries', ['npm', 'run', '--silent', 'boundaries']),
  check('dead code', ['npm', 'run', '--silent', 'deadcode']),
  vitest('unit and contracts: shared', 'packages/shared'),
  vitest('unit and contracts: worker', 'apps/worker'),
  vitest('unit: web', 'apps/web'),
  check('production build', ['npm', 'run', '--silent', 'build']),
  { name: 'journeys in Chromium', run: journeys },
  vitest('crash tests', 'e2e'),
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

const vitestReport = z.object({ numPassedTests: z.number(), numFailedTests: z.number(), success: z.boolean() });

function vitest(name: string, folder: string): Stage {
  return {
    name,
    run() {
      const report = join(reports, `${folder.replaceAll('/', '-')}.json`);
      rmSync(report, { force: true });
      const cli = join(ROOT, 'node_modules/vitest/vitest.mjs');
      run(
        [process.execPath, cli, 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`],
        join(ROOT, folder),
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

async function journeys(): Promise<Counts> {
  if ((await findChromium()) === null) {
    console.log('SKIPPED: no Chromium, Chrome or Edge was found on this machine; install one, or set CHROMIUM_PATH.');
    return { passed: 0, failed: 0 };
  }
  const report = join(reports, 'journeys.json');
  rmSync(report, { force: true });
  const cli = join(ROOT, 'node_modules/@playwright/test/cli.js');
  run([process.execPath, cli, 'test'], join(ROOT, 'e2e'), { E2E_REPORT: report });
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
}
console.log(`\n${lines.join('\n')}\n\n${totals.passed} passed, ${totals.failed} failed`);
process.exitCode = totals.failed > 0 ? 1 : 0;
