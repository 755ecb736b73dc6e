import type { Position } from '../../event-log.ts';
import { type PulsarSecrets, tokenOf } from '../connection.ts';
import { encodeMessageId, idOfPosition } from '../message-id.ts';
import { fullNameOf } from '../topic-name.ts';
import type { PulsarTransport } from '../transport.ts';
import { NativeConsumerLink, NativeProducerLink, NativeReaderLink, translatingFor } from './native-links.ts';
import { loadPulsarClient, type NativeMessageId } from './pulsar-client-module.ts';

export type NativeSettings = { serviceUrl: string; caFile: string | null; secrets: PulsarSecrets };

const OPERATION_TIMEOUT_SECONDS = 10;
const SEND_TIMEOUT_MS = 5000;
const READER_QUEUE = 500;

/**
 * The native client of `pulsar-client`. UNPROVEN: written to its declarations, never run against a broker here, because its library
 * could not be fetched; the contract suite runs on it where it is installed (`PULSAR_TEST_SERVICE_URL`).
 */
export async function createNativeTransport(settings: NativeSettings): Promise<PulsarTransport> {
  const module = await loadPulsarClient();
  const { secrets, caFile, serviceUrl } = settings;
  const hasToken = secrets.token !== null || secrets.tokenFile !== null;
  const client = new module.Client({
    serviceUrl,
    operationTimeoutSeconds: OPERATION_TIMEOUT_SECONDS,
    ...(caFile === null ? {} : { tlsTrustCertsFilePath: caFile }),
    ...(hasToken ? { authentication: new module.AuthenticationToken({ token: () => tokenOf(secrets) ?? '' }) } : {}),
  });
  const startOf = (after: Position | 'earliest' | 'latest'): NativeMessageId => {
    if (after === 'earliest') return module.MessageId.earliest();
    if (after === 'latest') return module.MessageId.latest();
    return module.MessageId.deserialize(Buffer.from(encodeMessageId(idOfPosition(after)), 'base64'));
  };
  return {
    async produce(topic, { producerName }) {
      const what = `publish to ${fullNameOf(topic)}`;
      const options = {
        topic: fullNameOf(topic),
        producerName,
        batchingEnabled: false,
        sendTimeoutMs: SEND_TIMEOUT_MS,
      };
      const producer = await client.createProducer(options).catch(translatingFor(what));
      return new NativeProducerLink(producer, what);
    },
    async consume(topic, subscription, { consumerName, onMessage, onEnd }) {
      const what = `consume ${fullNameOf(topic)} through the subscription ${subscription}`;
      const consumer = await client
        .subscribe({
          topic: fullNameOf(topic),
          subscriptionType: 'Shared',
          subscriptionInitialPosition: 'Earliest',
          receiverQueueSize: 0,
          // Any other value would deliver slow jobs again while they run (apache/pulsar#8484).
          ackTimeoutMs: 0,
          ...{ subscription, consumerName },
        })
        .catch(translatingFor(what));
      return new NativeConsumerLink(consumer, { module, what, onMessage, onEnd });
    },
    async read(topic, after) {
      const what = `read ${fullNameOf(topic)}`;
      const options = { topic: fullNameOf(topic), startMessageId: startOf(after), receiverQueueSize: READER_QUEUE };
      return new NativeReaderLink(await client.createReader(options).catch(translatingFor(what)), what);
    },
    async [Symbol.asyncDispose]() {
      await client.close();
    },
  };
}
