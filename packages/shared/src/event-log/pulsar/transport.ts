import type { DarkroomError } from '../../errors/darkroom-error.ts';
import type { Abortable } from '../../lifecycle/abortable.ts';
import type { OutgoingMessage, Position } from '../event-log.ts';
import type { TopicName } from './topic-name.ts';

/**
 * How the adapter reaches a broker. A transport is naive: a link that fails ends, and whoever opened it opens the next.
 *
 * Opening rejects with `LOG_UNAVAILABLE`: a refusal (`isRefusal`) will not get better by itself, anything else may.
 * Opening also rejects with the signal's reason; nothing stays open then.
 */
export type PulsarTransport = AsyncDisposable & {
  produce(topic: TopicName, options: ProduceOptions): Promise<ProducerLink>;
  /** Joins a Shared subscription with a queue of zero: the broker sends a message only for a permit. */
  consume(topic: TopicName, subscription: string, options: ConsumeOptions): Promise<ConsumerLink>;
  /** Reads on after a position, from the first message or from what comes now. */
  read(topic: TopicName, after: Position | 'earliest' | 'latest', options: OpenOptions): Promise<ReaderLink>;
};

export type Link = {
  readonly isOpen: boolean;
  /** Resolves when the broker knows, or after a second. What a consumer held is then free for others. */
  close(): Promise<void>;
};

/** `onEnd` tells of a link that ended without having been closed here. */
export type OpenOptions = Abortable & { onEnd?(reason: DarkroomError): void };
export type ProduceOptions = OpenOptions & {
  /** The broker lets a name in once, so it is never used again. */
  producerName: string;
};
export type ProducerLink = Link & {
  /** Resolves with the broker's receipt. Rejects when the link ends before, then the message may be stored all the same. */
  send(message: OutgoingMessage): Promise<Position>;
};

export type ConsumeOptions = OpenOptions & {
  consumerName: string;
  /** Never called after `close`. */
  onMessage(message: PulsarMessage): void;
};
export type ConsumerLink = Link & {
  /** Asks for one message. Cannot be taken back but by closing. */
  permit(): void;
  /** There is no receipt: resolves when it is sent. Any link of the subscription takes any id, as often as one likes. */
  acknowledge(id: string): Promise<void>;
};

export type ReaderLink = Link & {
  /** Waits for messages and takes all that are there; rejects with the reason when the link has ended. */
  next(options: Abortable): Promise<readonly PulsarMessage[]>;
};

export type PulsarMessage = {
  /** As the transport wants it back. */
  id: string;
  position: Position;
  key: string;
  properties: Readonly<Record<string, string>>;
  payload: Uint8Array;
  publishTime: number;
};
