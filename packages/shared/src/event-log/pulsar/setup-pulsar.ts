import { z } from 'zod';
import type { Abortable } from '../../lifecycle/abortable.ts';
import type { LogPlan } from '../event-log.ts';
import type { AdminClient } from './admin-client.ts';
import { brokerAdvice, brokerSettings, type Quorums } from './broker-settings.ts';
import { quorumsUnknown, translatePulsarStatus } from './pulsar-errors.ts';
import { createTopicAdmin } from './topic-admin.ts';
import { fullNameOf, topicNaming } from './topic-name.ts';

export type PulsarSetup = Abortable & {
  admin: AdminClient;
  tenant: string;
  namespaces: readonly { name: string; plan: LogPlan }[];
  /** Null keeps what the namespace has, or else takes what the broker is set to. */
  quorums: Quorums | null;
  say(line: string): void;
};

const ALREADY_THERE = 409;

/** Makes what the product needs in Pulsar and corrects the policies it stands on. May be run at any time, as often as one likes. */
export async function setupPulsar(setup: PulsarSetup): Promise<void> {
  const settings = await brokerSettings(setup.admin, setup);
  const ofBroker = settings && {
    ensemble: settings.managedLedgerDefaultEnsembleSize,
    write: settings.managedLedgerDefaultWriteQuorum,
    acknowledge: settings.managedLedgerDefaultAckQuorum,
  };
  await makeTenant(setup);
  for (const { name, plan } of setup.namespaces) {
    await makeNamespace(setup, name);
    const quorums = setup.quorums ?? (await standingQuorums(setup, name)) ?? ofBroker;
    if (quorums === null) throw quorumsUnknown();
    for (const policy of policiesOf(quorums)) await makePolicy(setup, name, policy);
    await makeTopics(setup, name, plan);
  }
  for (const advice of settings ? brokerAdvice(settings) : []) setup.say(`to do: ${advice}`);
}

const persistence = z.object({
  bookkeeperEnsemble: z.number(),
  bookkeeperWriteQuorum: z.number(),
  bookkeeperAckQuorum: z.number(),
});

async function standingQuorums({ admin, tenant, signal }: PulsarSetup, name: string): Promise<Quorums | null> {
  const what = `read the policy persistence of ${tenant}/${name}`;
  const { status, body } = await admin.call('GET', `${namespacePath(tenant, name)}/persistence`, what, { signal });
  if (status !== 200) throw translatePulsarStatus(status, body, what);
  if (body.trim() === '') return null;
  const { bookkeeperEnsemble, bookkeeperWriteQuorum, bookkeeperAckQuorum } = persistence.parse(JSON.parse(body));
  return { ensemble: bookkeeperEnsemble, write: bookkeeperWriteQuorum, acknowledge: bookkeeperAckQuorum };
}

async function makeTenant({ admin, tenant, say, signal }: PulsarSetup): Promise<void> {
  const what = `create the tenant ${tenant}`;
  const found = await admin.call('GET', `tenants/${encodeURIComponent(tenant)}`, what, { signal });
  if (found.status === 200) return say(`already so: tenant ${tenant}`);
  const clusters = await admin.call('GET', 'clusters', 'list the clusters', { signal });
  if (clusters.status !== 200) throw translatePulsarStatus(clusters.status, clusters.body, 'list the clusters');
  // Each instance also has the pseudo-cluster "global".
  const names = z.array(z.string()).parse(JSON.parse(clusters.body));
  const json = { allowedClusters: names.filter((name) => name !== 'global'), adminRoles: [] };
  const { status, body } = await admin.call('PUT', `tenants/${encodeURIComponent(tenant)}`, what, { signal, json });
  if (status !== ALREADY_THERE && status >= 300) throw translatePulsarStatus(status, body, what);
  say(`created: tenant ${tenant}`);
}

async function makeNamespace({ admin, tenant, say, signal }: PulsarSetup, name: string): Promise<void> {
  const what = `create the namespace ${tenant}/${name}`;
  const { status, body } = await admin.call('PUT', namespacePath(tenant, name), what, { signal });
  if (status !== ALREADY_THERE && status >= 300) throw translatePulsarStatus(status, body, what);
  say(`${status === ALREADY_THERE ? 'already so' : 'created'}: namespace ${tenant}/${name}`);
}

function namespacePath(tenant: string, name: string): string {
  return `namespaces/${encodeURIComponent(tenant)}/${encodeURIComponent(name)}`;
}

type Policy = { path: string; wanted: Readonly<Record<string, unknown>> | boolean | number; words: string };

function policiesOf(quorums: Quorums): readonly Policy[] {
  return [
    {
      // Both: a limit of one of the two deletes whatever the other says.
      path: 'retention',
      wanted: { retentionTimeInMinutes: -1, retentionSizeInMB: -1 },
      words: 'everything is retained without end',
    },
    { path: 'messageTTL', wanted: 0, words: 'messages do not expire' },
    {
      // Without the rate of 0 (no limit) a broker that is killed delivers most acknowledged messages again.
      path: 'persistence',
      wanted: {
        bookkeeperEnsemble: quorums.ensemble,
        bookkeeperWriteQuorum: quorums.write,
        bookkeeperAckQuorum: quorums.acknowledge,
        managedLedgerMaxMarkDeleteRate: 0,
      },
      words: `copies of a message: ${quorums.write}; acknowledgements are stored at once`,
    },
    {
      // A consumer's typing error or a deleted subscription must be an error, not a new subscription at the end.
      path: 'autoSubscriptionCreation',
      wanted: { allowAutoSubscriptionCreation: false },
      words: 'consumers make no subscriptions',
    },
    {
      // Live topics are made by their first user and vanish with their broker.
      path: 'autoTopicCreation',
      wanted: { allowAutoTopicCreation: true, topicType: 'non-partitioned' },
      words: 'live topics come by themselves, unpartitioned',
    },
    { path: 'inactiveTopicPolicies', wanted: KEEP_INACTIVE, words: 'quiet topics are kept' },
    {
      // The product tells repeats by eventId; the broker would keep a sequence for each producer name that ever was.
      path: 'deduplication',
      wanted: false,
      words: 'no deduplication by the broker',
    },
  ];
}

const KEEP_INACTIVE = {
  inactiveTopicDeleteMode: 'delete_when_no_subscriptions',
  maxInactiveDurationSeconds: 60,
  deleteWhileInactive: false,
};

async function makePolicy(setup: PulsarSetup, name: string, { path, wanted, words }: Policy): Promise<void> {
  const { admin, tenant, say, signal } = setup;
  const what = `set the policy ${path} of ${tenant}/${name}`;
  const url = `${namespacePath(tenant, name)}/${path}`;
  const found = await admin.call('GET', url, what, { signal });
  if (found.status !== 200) throw translatePulsarStatus(found.status, found.body, what);
  if (holds(found.body, wanted)) return say(`already so: ${tenant}/${name}: ${words}`);
  const { status, body } = await admin.call('POST', url, what, { signal, json: wanted });
  if (status >= 300) throw translatePulsarStatus(status, body, what);
  say(`set: ${tenant}/${name}: ${words}`);
}

/** A policy that was never set is an empty body; brokers may answer more fields than were set. */
function holds(body: string, wanted: Policy['wanted']): boolean {
  if (body.trim() === '') return false;
  const found: unknown = JSON.parse(body);
  if (typeof wanted !== 'object') return found === wanted;
  if (typeof found !== 'object' || found === null) return false;
  const fields = new Map(Object.entries(found));
  return Object.entries(wanted).every(([field, value]) => fields.get(field) === value);
}

async function makeTopics(setup: PulsarSetup, namespace: string, plan: LogPlan): Promise<void> {
  const { tenant, say, signal } = setup;
  const topics = createTopicAdmin(setup.admin);
  const nameOf = topicNaming({ tenant, namespace, liveTopics: [] });
  const tell = (isNew: boolean, what: string) => say(`${isNew ? 'created' : 'already so'}: ${what}`);
  for (const topic of plan.topics) {
    tell(await topics.createTopic(nameOf(topic), { signal }), `topic ${fullNameOf(nameOf(topic))}`);
  }
  for (const { topic, name } of plan.subscriptions) {
    const isNew = await topics.createSubscription(nameOf(topic), name, { signal });
    tell(isNew, `subscription ${name} of ${fullNameOf(nameOf(topic))}, at the earliest message`);
  }
}
