/** A process for tests: takes a message of a subscription, says so, and stays silent until it is killed. */
import { openPulsarEventLog } from './pulsar-event-log.ts';
import { createWebSocketTransport } from './websocket/websocket-transport.ts';

const [adminUrl = '', url = '', tenant = '', namespace = '', topic = '', subscription = ''] = process.argv.slice(2);
const open = { caFile: null, secrets: { token: process.env['PULSAR_TOKEN'] || null, tokenFile: null } };
const log = openPulsarEventLog({
  transport: createWebSocketTransport({ url, pingEveryMs: 5000, ...open }),
  admin: { adminUrl, allowedHosts: [], ...open },
  ...{ tenant, namespace, liveTopics: [] },
});
const consumer = await log.consume(subscription, [{ topic, weight: 1 }]);
await consumer.pull();
process.stdout.write('held\n');
