import { describe, test } from 'vitest';
import { eventLogContract } from '../event-log.contract.ts';
import { pulsarForTests } from './pulsar-for-tests.ts';

const pulsar = await pulsarForTests();
if (pulsar) {
  eventLogContract('Pulsar through WebSocket', {
    open: async () => ({ a: pulsar.open(), b: pulsar.open() }),
    liveTopic: 'live',
    leaseTimeoutMs: 600,
    async abandonConsumer(topic, subscription) {
      await using _killed = await pulsar.startHolder(topic, subscription);
    },
  });
} else {
  describe('event log: Pulsar', () => test.skip('needs a broker', () => {}));
}
