import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { installOnce, run } from './install-once.ts';
import { versionOf } from './programs.ts';
import type { Ports, Service } from './service.ts';

/** Older ones race on conditional puts. */
const VERSION = '1.8.0';
const MODULE = `github.com/versity/versitygw/cmd/versitygw@v${VERSION}`;
const BUCKET = 'darkroom';
/** For a server that listens on loopback only. */
const CREDENTIALS = { accessKeyId: 'darkroom', secretAccessKey: 'darkroom-local-only' };
const HEALTH_PATH = '/health';

const folderIn = (cache: string) => join(cache, `versitygw-${VERSION}`);
const binaryIn = (cache: string) => join(folderIn(cache), 'versitygw');
const endpoint = ({ s3 }: Ports) => `http://127.0.0.1:${s3}`;

/** S3 over a folder. */
export const versitygw: Service = {
  name: 's3',
  title: 'S3 (versitygw)',
  version: VERSION,
  ports: [{ name: 's3', what: 'S3', variable: 'SERVICES_S3_PORT', usual: 9001 }],
  async missing(cache) {
    if (process.platform === 'win32') return ['Linux or macOS: versitygw does not run on Windows without Docker'];
    if (existsSync(binaryIn(cache)) || (await versionOf('go', ['version'])) !== null) return [];
    return ['Go, which builds the S3 server: install it from https://go.dev/dl'];
  },
  install: (cache) =>
    installOnce(folderIn(cache), `${MODULE} (about two minutes)`, async (folder) => {
      await run(['go', 'install', MODULE], { env: { GOBIN: folder, GOFLAGS: '-buildvcs=false' } });
    }),
  async prepare({ cache, folder, ports }) {
    const data = join(folder, 'data');
    // A folder there is a bucket.
    await mkdir(join(data, BUCKET), { recursive: true });
    const options = ['--port', `127.0.0.1:${ports['s3']}`, '--health', HEALTH_PATH, '--keep-alive', '--quiet'];
    return {
      command: [binaryIn(cache), ...options, 'posix', data],
      env: { ROOT_ACCESS_KEY: CREDENTIALS.accessKeyId, ROOT_SECRET_KEY: CREDENTIALS.secretAccessKey },
    };
  },
  async isHealthy(ports) {
    const response = await fetch(endpoint(ports) + HEALTH_PATH, { signal: AbortSignal.timeout(2000) }).catch(
      () => null,
    );
    return response?.ok === true;
  },
  healthyWithinMs: 30_000,
  environment: (ports) => ({
    OBJECT_STORE: 's3',
    S3_BUCKET: BUCKET,
    S3_ENDPOINT: endpoint(ports),
    S3_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
    S3_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
  }),
  testEnvironment: (ports) => ({
    S3_TEST_ENDPOINT: endpoint(ports),
    S3_TEST_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
    S3_TEST_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
  }),
};
