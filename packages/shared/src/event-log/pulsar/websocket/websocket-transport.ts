import { DarkroomError } from '../../../errors/darkroom-error.ts';
import type { Position } from '../../event-log.ts';
import { decodeMessageId, encodeMessageId, idOfPosition, positionOf } from '../message-id.ts';
import { unreachable } from '../pulsar-errors.ts';
import { fullNameOf, pathOf, type TopicName } from '../topic-name.ts';
import type {
  ConsumeOptions,
  ConsumerLink,
  OpenOptions,
  ProduceOptions,
  ProducerLink,
  PulsarTransport,
  ReaderLink,
} from '../transport.ts';
import { frameOfMessage, messageOfFrame, receiptOfFrame } from './frames.ts';
import { openSocket, type SocketSettings } from './open-socket.ts';
import { createReaderBuffer } from './reader-buffer.ts';

/** `webSocketMaxTextFrameSize`: over it the broker closes the socket (1009) with all that is in flight on it. */
const FRAME_BYTES_MAX = 1024 * 1024;
/** Messages that wait here for a reader; measured: 100 give 10,000 a second, 10 a third of it. */
const READER_QUEUE = 500;

export type WebSocketSettings = SocketSettings & { url: string };

/** Pulsar's WebSocket API: needs nothing native, and is served by each broker with `webSocketServiceEnabled=true`. */
export function createWebSocketTransport(settings: WebSocketSettings): PulsarTransport {
  const base = settings.url.replace(/\/+$/, '');
  const address = (kind: string, path: string, parameters: Record<string, string>) =>
    `${base}/ws/v2/${kind}/${path}?${new URLSearchParams(parameters)}`;
  return {
    async produce(topic, options) {
      const url = address('producer', pathOf(topic), { producerName: options.producerName });
      return await openProducer(url, `publish to ${fullNameOf(topic)}`, settings, options);
    },
    async consume(topic, subscription, options) {
      const url = address('consumer', `${pathOf(topic)}/${encodeURIComponent(subscription)}`, {
        subscriptionType: 'Shared',
        // For a subscription that somebody deletes meanwhile: rather everything again than something never.
        subscriptionInitialPosition: 'Earliest',
        pullMode: 'true',
        receiverQueueSize: '0',
        consumerName: options.consumerName,
      });
      const what = `consume ${fullNameOf(topic)} through the subscription ${subscription}`;
      return await openConsumer(url, what, settings, options);
    },
    async read(topic, after, options) {
      const messageId = after === 'earliest' || after === 'latest' ? after : encodeMessageId(idOfPosition(after));
      const url = address('reader', pathOf(topic), { messageId, receiverQueueSize: `${READER_QUEUE}` });
      return await openReader(url, topic, settings, options);
    },
    async [Symbol.asyncDispose]() {},
  };
}

async function openProducer(
  url: string,
  what: string,
  settings: SocketSettings,
  { signal, onEnd }: ProduceOptions,
): Promise<ProducerLink> {
  const waiting = new Map<string, { resolve(position: Position): void; reject(error: DarkroomError): void }>();
  let sent = 0;
  const end = (reason: DarkroomError) => {
    for (const { reject } of waiting.values()) reject(reason);
    waiting.clear();
  };
  const both = (reason: DarkroomError) => {
    end(reason);
    onEnd?.(reason);
  };
  const onFrame = (text: string) => {
    const { result, context, messageId, errorMsg } = receiptOfFrame(text);
    const receiver = waiting.get(context);
    waiting.delete(context);
    if (result === 'ok' && messageId !== undefined) receiver?.resolve(positionOf(decodeMessageId(messageId)));
    else receiver?.reject(unreachable(what, new Error(`${result} ${errorMsg ?? ''}`.trim())));
  };
  const socket = await openSocket(url, what, settings, { onFrame, onEnd: both }, { signal });
  return {
    get isOpen() {
      return socket.isOpen;
    },
    async send(message) {
      sent += 1;
      const context = `${sent}`;
      const frame = frameOfMessage(message, context);
      refuseTooLarge(frame, what);
      const { promise, resolve, reject } = Promise.withResolvers<Position>();
      waiting.set(context, { resolve, reject });
      socket.send(frame).catch((error) => {
        waiting.delete(context);
        reject(error);
      });
      return await promise;
    },
    async close() {
      await socket.close();
      end(unreachable(what, new Error('the socket was closed')));
    },
  };
}

function refuseTooLarge(frame: string, what: string): void {
  const bytes = Buffer.byteLength(frame);
  if (bytes <= FRAME_BYTES_MAX) return;
  throw new DarkroomError(
    'BODY_TOO_LARGE',
    `Cannot ${what}: the message takes ${bytes} bytes on the wire and Pulsar's WebSocket API takes ${FRAME_BYTES_MAX}`,
  );
}

async function openConsumer(
  url: string,
  what: string,
  settings: SocketSettings,
  { onMessage, onEnd, signal }: ConsumeOptions,
): Promise<ConsumerLink> {
  const onFrame = (text: string) => onMessage(messageOfFrame(text));
  const socket = await openSocket(url, what, settings, { onFrame, onEnd: (reason) => onEnd?.(reason) }, { signal });
  return {
    get isOpen() {
      return socket.isOpen;
    },
    permit() {
      // A permit that is not sent ends with its socket, which `onEnd` tells. One without a number would close it.
      socket.send('{"type":"permit","permitMessages":1}').catch(() => undefined);
    },
    acknowledge: (messageId) => socket.send(JSON.stringify({ messageId })),
    close: () => socket.close(),
  };
}

async function openReader(
  url: string,
  topic: TopicName,
  settings: SocketSettings,
  { signal, onEnd }: OpenOptions,
): Promise<ReaderLink> {
  const buffer = createReaderBuffer();
  const onFrame = (text: string) => buffer.put(messageOfFrame(text));
  const end = (reason: DarkroomError) => {
    buffer.end(reason);
    onEnd?.(reason);
  };
  const socket = await openSocket(url, `read ${fullNameOf(topic)}`, settings, { onFrame, onEnd: end }, { signal });
  return {
    get isOpen() {
      return socket.isOpen;
    },
    async next(options) {
      const messages = await buffer.take(options);
      // The broker sends on only for as many as were acknowledged: what nobody takes is never more than the queue.
      for (const { id } of messages) socket.send(JSON.stringify({ messageId: id })).catch(() => undefined);
      return messages;
    },
    close: () => socket.close(),
  };
}
