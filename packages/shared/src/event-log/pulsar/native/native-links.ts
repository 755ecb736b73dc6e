import type { DarkroomError } from '../../../errors/darkroom-error.ts';
import type { Abortable } from '../../../lifecycle/abortable.ts';
import { waitFor } from '../../../lifecycle/wait-for.ts';
import type { OutgoingMessage, Position } from '../../event-log.ts';
import { decodeMessageId, positionOf } from '../message-id.ts';
import { translatePulsarStatus, unreachable } from '../pulsar-errors.ts';
import type { ConsumerLink, Link, ProducerLink, PulsarMessage, ReaderLink } from '../transport.ts';
import type {
  NativeConsumer,
  NativeMessage,
  NativeMessageId,
  NativeProducer,
  NativeReader,
  PulsarClientModule,
} from './pulsar-client-module.ts';

const BATCH_MAX = 500;
const READ_ON_WITHIN_MS = 1;

/** The client connects again by itself: its links end only here. */
class NativeLink implements Link {
  readonly #resource: { close(): Promise<unknown> };
  #open = true;

  constructor(resource: { close(): Promise<unknown> }) {
    this.#resource = resource;
  }

  get isOpen(): boolean {
    return this.#open;
  }

  async close(): Promise<void> {
    if (!this.#open) return;
    this.#open = false;
    await this.#resource.close().catch(() => undefined);
  }
}

export class NativeProducerLink extends NativeLink implements ProducerLink {
  readonly #producer: NativeProducer;
  readonly #what: string;

  constructor(producer: NativeProducer, what: string) {
    super(producer);
    this.#producer = producer;
    this.#what = what;
  }

  async send({ key, payload, properties = {}, deliverAt }: OutgoingMessage): Promise<Position> {
    const message = { data: Buffer.from(payload), partitionKey: key, properties: { ...properties } };
    const sending = this.#producer.send(deliverAt === undefined ? message : { ...message, deliverAt });
    return positionOf(decodeMessageId(textOf(await sending.catch(translatingFor(this.#what)))));
  }
}

type ConsumerParts = {
  module: PulsarClientModule;
  what: string;
  onMessage(message: PulsarMessage): void;
  onEnd?: ((reason: DarkroomError) => void) | undefined;
};

export class NativeConsumerLink extends NativeLink implements ConsumerLink {
  readonly #consumer: NativeConsumer;
  readonly #parts: ConsumerParts;

  constructor(consumer: NativeConsumer, parts: ConsumerParts) {
    super(consumer);
    this.#consumer = consumer;
    this.#parts = parts;
  }

  /** With a queue of zero each `receive` is one permit; closing the consumer takes it back. */
  permit(): void {
    const { what, onMessage, onEnd } = this.#parts;
    this.#consumer.receive().then(
      (message) => this.isOpen && onMessage(messageOf(message)),
      (error: unknown) => this.isOpen && onEnd?.(unreachable(what, error)),
    );
  }

  async acknowledge(id: string): Promise<void> {
    const messageId = this.#parts.module.MessageId.deserialize(Buffer.from(id, 'base64'));
    await this.#consumer.acknowledgeId(messageId).catch(translatingFor(this.#parts.what));
  }
}

export class NativeReaderLink extends NativeLink implements ReaderLink {
  readonly #reader: NativeReader;
  readonly #what: string;
  /** A read cannot be taken back: one that outlives its caller is the next caller's. */
  #first: Promise<NativeMessage> | null = null;

  constructor(reader: NativeReader, what: string) {
    super(reader);
    this.#reader = reader;
    this.#what = what;
  }

  async next({ signal }: Abortable): Promise<readonly PulsarMessage[]> {
    this.#first ??= this.#reader.readNext().catch(translatingFor(this.#what));
    // Nobody may be waiting any more when the reader is closed.
    this.#first.catch(() => undefined);
    const first = await waitFor(this.#first, { signal });
    this.#first = null;
    const messages = first === null ? [] : [messageOf(first)];
    while (messages.length < BATCH_MAX) {
      const message = await this.#reader.readNext(READ_ON_WITHIN_MS).catch(() => null);
      if (message === null) break;
      messages.push(messageOf(message));
    }
    return messages;
  }
}

function messageOf(message: NativeMessage): PulsarMessage {
  const id = textOf(message.getMessageId());
  return {
    id,
    position: positionOf(decodeMessageId(id)),
    key: message.getPartitionKey(),
    properties: message.getProperties(),
    payload: message.getData(),
    publishTime: message.getPublishTimestamp(),
  };
}

function textOf(id: NativeMessageId): string {
  return id.serialize().toString('base64');
}

/** The client tells results of its C++ library by name. */
export function translatingFor(what: string) {
  return (error: unknown): never => {
    const text = error instanceof Error ? error.message : String(error);
    if (/AuthenticationError/.test(text)) throw translatePulsarStatus(401, '', what);
    if (/AuthorizationError/.test(text)) throw translatePulsarStatus(403, '', what);
    if (/TopicNotFound|SubscriptionNotFound/.test(text)) throw translatePulsarStatus(404, '', what);
    throw unreachable(what, error);
  };
}
