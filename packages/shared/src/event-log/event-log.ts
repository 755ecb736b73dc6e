import type { Abortable } from '../lifecycle/abortable.ts';

/**
 * Port: the event log, the only record of what happened.
 *
 * Ordering: messages of one topic are read in the order of their positions; topics have no order among one another.
 * Publishing is at least once: a publish that throws may still have happened; `eventId` in the payload tells repeats.
 * "Missing": a topic or subscription that `setup` did not make is `LOG_UNAVAILABLE`, except in `backlog` (null).
 * Abort: every verb rejects with the signal's reason; what was already durable stays.
 *
 * `live` topics are not stored: they reach whoever tails at that time, and may be lost.
 */
export interface EventLog extends AsyncDisposable {
  /** Makes what is missing of topics and subscriptions (at *earliest*); idempotent. */
  setup(plan: LogPlan, options?: Abortable): Promise<void>;
  /** Resolves when the message is durable (live topics: sent). */
  publish(topic: string, message: OutgoingMessage, options?: Abortable): Promise<Position>;
  /** Joins a Shared subscription. Disposing the consumer gives back what it holds, at once and uncounted. */
  consume(subscription: string, sources: readonly ConsumerSource[], options?: Abortable): Promise<Consumer>;
  /** Reads a topic after a position (null: from the beginning) in batches; follows its end unless `follow` is false. */
  read(topic: string, options: ReadOptions): AsyncIterable<readonly LogMessage[]>;
  /** Messages of a live topic that are published after the first `next()`; may begin with some of the last seconds. */
  tail(topic: string, options?: Abortable): AsyncIterable<LogMessage>;
  /** Position of the newest message of a topic, null while it is empty. */
  lastPosition(topic: string, options?: Abortable): Promise<Position | null>;
  /** Below 0, 0 or above 0, for two positions of one topic. */
  comparePositions(a: Position, b: Position): number;
  /** What a subscription still has to do in a topic; null when there is no such subscription. */
  backlog(topic: string, subscription: string, options?: Abortable): Promise<Backlog | null>;
}

/** Opaque; compare with `comparePositions`. */
export type Position = string;

export type LogPlan = {
  topics: readonly string[];
  subscriptions: readonly { topic: string; name: string }[];
};

export type OutgoingMessage = {
  key: string;
  payload: Uint8Array;
  properties?: Readonly<Record<string, string>>;
  /** Milliseconds since the epoch before which subscriptions do not deliver it (at most 1 s early); readers see it at once. */
  deliverAt?: number;
};

export type LogMessage = {
  topic: string;
  position: Position;
  key: string;
  properties: Readonly<Record<string, string>>;
  payload: Uint8Array;
  /** Milliseconds since the epoch. */
  publishTime: number;
};

export type ConsumerSource = { topic: string; weight: number };

/**
 * Pulls one message at a time, so that nothing is parked with a busy worker.
 * Weights say how often a source is served while several have messages.
 */
export interface Consumer extends AsyncDisposable {
  /** Waits for a message. Nothing is held when it rejects. */
  pull(options?: Abortable): Promise<Delivery>;
}

export type Delivery = LogMessage & {
  /** Done for ever, for the whole subscription. Harmless when repeated or late. */
  acknowledge(): Promise<void>;
  /** Back to the subscription, deliverable after `afterMs`; never counted as a failure. */
  handBack(afterMs: number): Promise<void>;
};

export type ReadOptions = Abortable & { after: Position | null; follow?: boolean };

export type Backlog = {
  /** Deliverable now, held ones not counted. */
  ready: number;
  /** Waiting for their time. */
  delayed: number;
  /** With a consumer, unacknowledged. */
  held: number;
};
