import { describe, expect, test } from 'vitest';

/**
 * A suite that needs a real server, which `npm test` starts and names in these variables (its stage "services"). Without them the
 * suite is skipped and says why; where servers must be there (`REQUIRE_SERVICES=1`, as in CI), it fails.
 */
export function withRealServer<Variable extends string>(
  suite: string,
  variables: readonly Variable[],
  body: (environment: Record<Variable, string>) => void,
): void {
  const missing = variables.filter((name) => !process.env[name]);
  const environment = Object.fromEntries(variables.map((name) => [name, process.env[name] ?? '']));
  // Its keys are the variables by construction.
  if (missing.length === 0) return void describe(suite, () => body(environment as Record<Variable, string>));
  const reason = `${missing.join(', ')} not set: "npm test" sets it where the server can be started`;
  if (process.env['REQUIRE_SERVICES'] === '1') {
    test(`${suite}: the server is there`, () => expect.fail(reason));
    return;
  }
  console.warn(`SKIPPED: ${suite}. ${reason}`);
  describe.skip(suite, () => test(reason, () => undefined));
}
