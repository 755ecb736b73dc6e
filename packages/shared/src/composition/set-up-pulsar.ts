import { type Environment, parseEnvironment } from '../config/parse-environment.ts';
import { pulsarAdminConfig, pulsarEnvironment, pulsarQuorums } from '../config/pulsar.ts';
import { createAdminClient } from '../event-log/pulsar/admin-client.ts';
import { setupPulsar } from '../event-log/pulsar/setup-pulsar.ts';
import type { Abortable } from '../lifecycle/abortable.ts';
import { LOG_PLAN } from './open-engines.ts';

/** The setup of Pulsar as `npm run pulsar:setup` and the Kubernetes Job run it; tells each thing it made or found. */
export async function setUpPulsar(
  environment: Environment,
  { say, signal }: Abortable & { say(line: string): void },
): Promise<void> {
  const parsed = parseEnvironment(pulsarEnvironment, environment);
  const { tenant, namespace, ...admin } = pulsarAdminConfig(parsed);
  using client = createAdminClient(admin);
  await setupPulsar({
    admin: client,
    tenant,
    namespaces: [
      { name: namespace, plan: LOG_PLAN },
      // Accounts and keys, with credentials of their own, never archived.
      { name: `${namespace}-access`, plan: { topics: [], subscriptions: [] } },
    ],
    quorums: pulsarQuorums(parsed),
    ...{ say, signal },
  });
}
