/** A process for tests: takes a message of a subscription, says so, and stays silent until it is killed. */
import { openEmbeddedEventLog } from './embedded-event-log.ts';

const [folder = '', topic = '', subscription = '', leaseTimeoutMs = ''] = process.argv.slice(2);
const log = await openEmbeddedEventLog({ folder, liveTopics: [], leaseTimeoutMs: Number(leaseTimeoutMs) });
const consumer = await log.consume(subscription, [{ topic, weight: 1 }]);
await consumer.pull();
process.stdout.write('held\n');
