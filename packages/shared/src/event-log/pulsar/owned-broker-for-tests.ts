import { spawn } from 'node:child_process';
import { createHmac, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A standalone broker that a test starts, kills and starts again, with token authentication. */
export type OwnedBroker = AsyncDisposable & {
  adminUrl: string;
  url: string;
  /** A token for a role; `admin` may do all. */
  tokenFor(role: string, options?: { secret?: Buffer; expires?: number }): string;
  start(): Promise<void>;
  kill(signal: 'SIGKILL' | 'SIGTERM'): Promise<void>;
};

const START_TIMEOUT_MS = 90_000;
/** A healthy start has some ten. */
const CHURN_LINES = 100;
const MEMORY = '-Xms256m -Xmx768m -XX:MaxDirectMemorySize=512m';

/** `home` is an unpacked distribution of Pulsar; settings go into its standalone.conf. */
export async function startOwnedBroker(home: string, settings: Record<string, string>): Promise<OwnedBroker> {
  const folder = mkdtempSync(join(tmpdir(), 'darkroom-pulsar-'));
  const [web, binary, bookie] = [await freePort(), await freePort(), await freePort()];
  const secret = randomBytes(32);
  const tokenFor: OwnedBroker['tokenFor'] = (sub, { secret: key = secret, expires: exp } = {}) => {
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const signed = `${part({ alg: 'HS256', typ: 'JWT' })}.${part({ sub, exp })}`;
    return `${signed}.${createHmac('sha256', key).update(signed).digest('base64url')}`;
  };
  writeFileSync(join(folder, 'secret.key'), secret);
  const conf = join(folder, 'standalone.conf');
  writeFileSync(
    conf,
    withSettings(readFileSync(join(home, 'conf/standalone.conf'), 'utf8'), {
      ...{ bindAddress: '127.0.0.1', advertisedAddress: '127.0.0.1', listeningInterface: 'lo' },
      ...{ webServicePort: `${web}`, brokerServicePort: `${binary}`, webSocketServiceEnabled: 'true' },
      ...{ authenticationEnabled: 'true', authorizationEnabled: 'true', superUserRoles: 'admin' },
      authenticationProviders: 'org.apache.pulsar.broker.authentication.AuthenticationProviderToken',
      tokenSecretKey: `file://${join(folder, 'secret.key')}`,
      brokerClientAuthenticationPlugin: 'org.apache.pulsar.client.impl.auth.AuthenticationToken',
      brokerClientAuthenticationParameters: JSON.stringify({ token: tokenFor('admin') }),
      ...settings,
    }),
  );
  const adminUrl = `http://127.0.0.1:${web}`;
  const parameters = [
    ...['standalone', '--no-functions-worker', '--no-stream-storage', '-a', '127.0.0.1'],
    ...['--metadata-dir', join(folder, 'metadata'), '--bookkeeper-dir', join(folder, 'bookkeeper')],
    ...['--bookkeeper-port', `${bookie}`],
  ];
  const env = {
    ...process.env,
    PULSAR_MEM: MEMORY,
    PULSAR_STANDALONE_CONF: conf,
    PULSAR_LOG_DIR: join(folder, 'logs'),
  };
  let stop: OwnedBroker['kill'] = async () => {};
  const launch = async () => {
    const output = openSync(join(folder, 'output'), 'w');
    const stdio = ['ignore', output, output] as const;
    const broker = spawn(join(home, 'bin/pulsar'), parameters, { cwd: folder, env, stdio: [...stdio], detached: true });
    closeSync(output);
    const exited = once(broker, 'exit');
    stop = async (signal) => {
      if (broker.pid !== undefined && broker.exitCode === null && broker.signalCode === null)
        process.kill(-broker.pid, signal);
      await exited;
    };
    await untilHealthy(adminUrl, tokenFor('admin'));
  };
  const start = async () => {
    await launch();
    if (!(await isChurning(folder))) return;
    await stop('SIGTERM');
    await launch();
  };
  await start();
  return {
    ...{ adminUrl, url: `ws://127.0.0.1:${web}`, tokenFor, start },
    kill: (signal) => stop(signal),
    async [Symbol.asyncDispose]() {
      await stop('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The shipped file ends without a newline, and a later line of a name counts. */
function withSettings(conf: string, settings: Record<string, string>): string {
  const lines = Object.entries(settings).map(([name, value]) => `${name}=${value}`);
  return [conf, ...lines, ''].join('\n');
}

/**
 * Seen on 4.0.4: after a `kill -9` a standalone broker may delete and make its own bookie's registration some hundred times a second, for as
 * long as it runs, and now and then finds no bookie. A stop with SIGTERM heals it. (A cluster's bookies are not in the broker's process.)
 */
async function isChurning(folder: string): Promise<boolean> {
  await sleep(1000);
  return readFileSync(join(folder, 'output'), 'utf8').split('ledgers/available').length > CHURN_LINES;
}

async function untilHealthy(adminUrl: string, token: string): Promise<void> {
  const headers = { authorization: `Bearer ${token}` };
  for (const until = performance.now() + START_TIMEOUT_MS; ; await sleep(250)) {
    const response = await fetch(`${adminUrl}/admin/v2/brokers/health`, { headers }).catch(() => null);
    if (response?.ok) return;
    if (performance.now() > until) throw new Error(`the broker was not healthy in time: ${response?.status}`);
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
