import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { z } from 'zod';
import type { EventLog } from '../event-log.ts';
import { type AdminClient, createAdminClient } from './admin-client.ts';
import { openPulsarEventLog, type PulsarEventLogOptions } from './pulsar-event-log.ts';
import { setupPulsar } from './setup-pulsar.ts';
import { createWebSocketTransport } from './websocket/websocket-transport.ts';

const PING_EVERY_MS = 5000;
export const TEST_TENANT = 'darkroom-tests';

const stats = z.object({
  subscriptions: z.record(z.string(), z.object({ consumers: z.array(z.object({ availablePermits: z.number() })) })),
});

/** A broker that tests may fill, with a namespace of its own for each suite. */
export type PulsarForTests = {
  adminUrl: string;
  url: string;
  namespace: string;
  admin: AdminClient;
  open(options?: Partial<PulsarEventLogOptions> & { token?: string | null; pingEveryMs?: number }): EventLog;
  unload(topic: string): Promise<void>;
  /** Permits that the broker knows of. */
  waitingPermits(topic: string, subscription: string): Promise<number>;
  /** A process that took a message of the topic's subscription and does nothing more. */
  startHolder(topic: string, subscription: string): Promise<{ kill(signal: NodeJS.Signals): void } & AsyncDisposable>;
};

/**
 * Null where no broker is told (`PULSAR_TEST_ADMIN_URL`, `PULSAR_TEST_WS_URL`), which `REQUIRE_SERVICES=1` does not accept:
 * a machine whose broker is gone must not look like one whose tests passed.
 */
export async function pulsarForTests(environment = process.env): Promise<PulsarForTests | null> {
  const { PULSAR_TEST_ADMIN_URL: adminUrl, PULSAR_TEST_WS_URL: url, REQUIRE_SERVICES } = environment;
  if (adminUrl && url) return await pulsarAt({ adminUrl, url, token: null });
  if (REQUIRE_SERVICES === '1')
    throw new Error('REQUIRE_SERVICES=1 asks for Pulsar: set PULSAR_TEST_ADMIN_URL and PULSAR_TEST_WS_URL');
  console.log('SKIPPED: the tests on Pulsar need a broker, in PULSAR_TEST_ADMIN_URL and PULSAR_TEST_WS_URL.');
  return null;
}

type Address = { adminUrl: string; url: string; token: string | null };

/** Makes a namespace of its own at a broker. */
export async function pulsarAt({ adminUrl, url, token }: Address): Promise<PulsarForTests> {
  const access = { caFile: null, secrets: { token, tokenFile: null } };
  const namespace = `suite-${randomUUID()}`;
  const admin = createAdminClient({ adminUrl, allowedHosts: [], ...access });
  const namespaces = [{ name: namespace, plan: { topics: [], subscriptions: [] } }];
  await setupPulsar({ admin, tenant: TEST_TENANT, namespaces, quorums: null, say: () => {} });
  const topicPath = (topic: string) => `persistent/${TEST_TENANT}/${namespace}/${topic}`;
  return {
    ...{ adminUrl, url, namespace, admin },
    open: ({ token: other = token, pingEveryMs = PING_EVERY_MS, ...options } = {}) => {
      const accessOfThis = { caFile: null, secrets: { token: other, tokenFile: null } };
      return openPulsarEventLog({
        transport: createWebSocketTransport({ url, pingEveryMs, ...accessOfThis }),
        admin: { adminUrl, allowedHosts: [], ...accessOfThis },
        ...{ tenant: TEST_TENANT, namespace, liveTopics: ['live'] },
        ...options,
      });
    },
    async unload(topic) {
      const { status } = await admin.call('PUT', `${topicPath(topic)}/unload`, 'unload');
      if (status >= 300) throw new Error(`the unload answered ${status}`);
    },
    async waitingPermits(topic, subscription) {
      const { body } = await admin.call('GET', `${topicPath(topic)}/stats`, 'look at permits');
      const consumers = stats.parse(JSON.parse(body)).subscriptions[subscription]?.consumers ?? [];
      return consumers.reduce((sum, { availablePermits }) => sum + availablePermits, 0);
    },
    async startHolder(topic, subscription) {
      const script = join(import.meta.dirname, 'abandon-consumer.ts');
      const parameters = [script, adminUrl, url, TEST_TENANT, namespace, topic, subscription];
      const env = { ...process.env, PULSAR_TOKEN: token ?? '' };
      const holder = spawn(process.execPath, parameters, { stdio: ['ignore', 'pipe', 'inherit'], env });
      const exited = once(holder, 'exit');
      await once(holder.stdout, 'data');
      return {
        kill: (signal) => void holder.kill(signal),
        async [Symbol.asyncDispose]() {
          holder.kill('SIGKILL');
          await exited;
        },
      };
    },
  };
}
