import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { installOnce, run } from './install-once.ts';
import { versionOf } from './programs.ts';
import type { Ports, Service } from './service.ts';

const VERSION = '4.0.4';
const JAVA_MIN = 17;
const ARTIFACT = `org.apache.pulsar:pulsar-server-distribution:${VERSION}:tar.gz:bin`;
/** Room for a laptop: the shipped settings ask for 6 GB. */
const MEMORY = '-Xms256m -Xmx768m -XX:MaxDirectMemorySize=512m';

const homeIn = (cache: string) => join(cache, `pulsar-${VERSION}`);
const admin = ({ web }: Ports) => `http://127.0.0.1:${web}`;

/** Standalone: broker, bookie and metadata in one process. */
export const pulsar: Service = {
  name: 'pulsar',
  title: 'Apache Pulsar',
  version: VERSION,
  ports: [
    { name: 'web', what: 'Pulsar, HTTP and WebSocket', variable: 'SERVICES_PULSAR_WEB_PORT', usual: 8080 },
    { name: 'broker', what: 'Pulsar, binary protocol', variable: 'SERVICES_PULSAR_BROKER_PORT', usual: 6650 },
  ],
  async missing(cache) {
    if (process.platform === 'win32') return ['Linux or macOS: Pulsar does not run on Windows without Docker'];
    const missing: string[] = [];
    const java = await versionOf(process.env['JAVA_HOME'] ? join(process.env['JAVA_HOME'], 'bin/java') : 'java', [
      '-version',
    ]);
    if (java === null || java < JAVA_MIN) {
      missing.push(
        `Java ${JAVA_MIN} or newer, which runs Pulsar${java === null ? '' : ` (found ${java})`}: https://adoptium.net`,
      );
    }
    if (!existsSync(homeIn(cache)) && (await versionOf('mvn', ['-v'])) === null) {
      missing.push('Maven (mvn), which fetches Pulsar: https://maven.apache.org/download.cgi');
    }
    return missing;
  },
  install: (cache) =>
    installOnce(homeIn(cache), `Apache Pulsar ${VERSION} (240 MB)`, async (folder) => {
      const goal = ['mvn', '-q', '-B', 'dependency:copy', `-Dartifact=${ARTIFACT}`];
      await run([...goal, `-DoutputDirectory=${folder}`, '-Dmdep.useBaseVersion=true'], { cwd: folder });
      const archive = join(folder, `pulsar-server-distribution-${VERSION}-bin.tar.gz`);
      await run(['tar', '-xzf', archive, '-C', folder, '--strip-components', '1'], {});
      await rm(archive);
    }),
  async prepare({ cache, folder, ports }) {
    const home = homeIn(cache);
    const data = join(folder, 'data');
    const logs = join(folder, 'logs');
    for (const each of [data, logs]) await mkdir(each, { recursive: true });
    const conf = join(folder, 'standalone.conf');
    await writeFile(`${conf}.new`, await configuration(home, ports));
    await rename(`${conf}.new`, conf);
    const options = ['--no-functions-worker', '--no-stream-storage', '-a', '127.0.0.1'];
    const places = [`--metadata-dir=${join(data, 'metadata')}`, `--bookkeeper-dir=${join(data, 'bookkeeper')}`];
    return {
      // Its bookie takes a free port of loopback by itself, and is known by name: another port after a restart does no harm.
      command: [join(home, 'bin/pulsar'), 'standalone', ...options, ...places],
      env: { PULSAR_MEM: process.env['PULSAR_MEM'] ?? MEMORY, PULSAR_STANDALONE_CONF: conf, PULSAR_LOG_DIR: logs },
    };
  },
  async isHealthy(ports) {
    // The broker first, then a topic: it says that it is well before it serves them.
    const urls = ['/admin/v2/brokers/health', '/admin/v2/namespaces/public/default'];
    for (const url of urls) {
      const response = await fetch(admin(ports) + url, { signal: AbortSignal.timeout(5000) }).catch(() => null);
      await response?.body?.cancel();
      if (response?.ok !== true) return false;
    }
    return true;
  },
  healthyWithinMs: 120_000,
  environment: (ports) => ({
    EVENT_LOG: 'pulsar',
    PULSAR_ADMIN_URL: admin(ports),
    PULSAR_WS_URL: `ws://127.0.0.1:${ports['web']}`,
  }),
  // For the suite that kills brokers of its own.
  installedEnvironment: (cache) => ({ PULSAR_HOME: homeIn(cache) }),
  testEnvironment: (ports) => ({
    PULSAR_TEST_ADMIN_URL: admin(ports),
    PULSAR_TEST_WS_URL: `ws://127.0.0.1:${ports['web']}`,
  }),
};

/** The shipped settings with ours after them: of two lines for one setting the last counts. The shipped file ends without a newline. */
async function configuration(home: string, ports: Ports): Promise<string> {
  const ours = {
    bindAddress: '127.0.0.1',
    advertisedAddress: '127.0.0.1',
    // Of the bookie, which else listens on every interface.
    listeningInterface: process.platform === 'darwin' ? 'lo0' : 'lo',
    webServicePort: ports['web'],
    brokerServicePort: ports['broker'],
    webSocketServiceEnabled: true,
    // The server's own pings would count as traffic and keep a frozen consumer's messages for ever.
    webSocketPingDurationSeconds: -1,
    // How long a frozen worker keeps its job; five minutes as shipped.
    webSocketSessionIdleTimeoutMillis: 60_000,
  };
  const shipped = await readFile(join(home, 'conf/standalone.conf'), 'utf8');
  return `${shipped}\n\n${Object.entries(ours)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('')}`;
}
