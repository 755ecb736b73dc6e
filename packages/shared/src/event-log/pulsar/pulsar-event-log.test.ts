import { describe, test } from 'vitest';
import { eventLogContract } from '../event-log.contract.ts';
import { createNativeTransport } from './native/native-transport.ts';
import { pulsarForTests } from './pulsar-for-tests.ts';

const pulsar = await pulsarForTests();
const { PULSAR_TEST_SERVICE_URL: serviceUrl } = process.env;

if (pulsar) {
  const shared = {
    liveTopic: 'live',
    leaseTimeoutMs: 600,
    async abandonConsumer(topic: string, subscription: string) {
      await using _killed = await pulsar.startHolder(topic, subscription);
    },
  };
  eventLogContract('Pulsar through WebSocket', {
    ...shared,
    open: async () => ({ a: pulsar.open(), b: pulsar.open() }),
  });
  // The native client is an optional package: whoever has it names a broker for it.
  if (serviceUrl) {
    const open = async () => {
      const settings = { serviceUrl, caFile: null, secrets: { token: null, tokenFile: null } };
      return pulsar.open({ transport: await createNativeTransport(settings) });
    };
    eventLogContract('Pulsar through the native client', {
      ...shared,
      open: async () => ({ a: await open(), b: await open() }),
    });
  }
} else {
  describe('event log: Pulsar', () => test.skip('needs a broker', () => {}));
}
