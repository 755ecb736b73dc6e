import type { PulsarConfig } from '../../config/pulsar.ts';
import type { EventLog } from '../event-log.ts';
import { createNativeTransport } from './native/native-transport.ts';
import { openPulsarEventLog } from './pulsar-event-log.ts';
import type { PulsarTransport } from './transport.ts';
import { createWebSocketTransport } from './websocket/websocket-transport.ts';

/** A fifth of the shortest idle timeout that was tried (20 s), so that a lost ping does not end a session. */
const PING_EVERY_MS = 5000;

export async function openConfiguredPulsar(
  config: PulsarConfig,
  topics: { liveTopics: readonly string[]; probeTopic: string },
): Promise<EventLog> {
  const { adminUrl, allowedHosts, caFile, secrets, tenant, namespace } = config;
  return openPulsarEventLog({
    transport: await transportOf(config),
    admin: { adminUrl, allowedHosts, caFile, secrets },
    ...{ tenant, namespace, ...topics },
  });
}

/** By the configuration, never by what happens to be installed. */
async function transportOf({ transport, caFile, secrets }: PulsarConfig): Promise<PulsarTransport> {
  if (transport.kind === 'native')
    return await createNativeTransport({ serviceUrl: transport.serviceUrl, caFile, secrets });
  return createWebSocketTransport({ url: transport.url, pingEveryMs: PING_EVERY_MS, caFile, secrets });
}
