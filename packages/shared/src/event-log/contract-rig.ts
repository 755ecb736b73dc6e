import { afterAll, beforeAll, expect } from 'vitest';
import type { Backlog, Consumer, Delivery, EventLog, LogMessage, OutgoingMessage } from './event-log.ts';

export type EventLogHarness = {
  /** Two views of one empty log, as two processes would have. */
  open(): Promise<{ a: EventLog; b: EventLog }>;
  /** The live topic of this log. */
  liveTopic: string;
  /** After this long a consumer that no longer renews its lease has lost what it held. */
  leaseTimeoutMs: number;
  /** Opens a consumer whose process then freezes or dies without closing anything. */
  abandonConsumer(topic: string, subscription: string): Promise<void>;
};

export const message = (text: string, extra: Partial<OutgoingMessage> = {}): OutgoingMessage => ({
  key: text,
  payload: new TextEncoder().encode(text),
  ...extra,
});
export const textOf = (received: LogMessage) => new TextDecoder().decode(received.payload);

export type ContractRig = ReturnType<typeof contractRig>;

/** What the tests of the contract share; to be called within their `describe`. */
export function contractRig(harness: EventLogHarness) {
  let a: EventLog;
  let b: EventLog;
  let topicsMade = 0;
  beforeAll(async () => {
    ({ a, b } = await harness.open());
  });
  afterAll(async () => {
    await a[Symbol.asyncDispose]();
    await b[Symbol.asyncDispose]();
  });

  async function topicWith(...subscriptions: string[]): Promise<string> {
    topicsMade += 1;
    const topic = `contract_${topicsMade}`;
    await a.setup({ topics: [topic], subscriptions: subscriptions.map((each) => ({ topic, name: each })) });
    return topic;
  }
  async function consumer(log: EventLog, ...topics: string[]): Promise<Consumer> {
    return await log.consume(
      'workers',
      topics.map((topic) => ({ topic, weight: 1 })),
    );
  }
  async function pullWithin(from: Consumer, ms: number): Promise<Delivery | null> {
    const signal = AbortSignal.timeout(ms);
    return await from.pull({ signal }).catch((error: unknown) => {
      if (signal.aborted) return null;
      throw error;
    });
  }
  async function pull(from: Consumer): Promise<Delivery> {
    const delivery = await pullWithin(from, 10_000);
    if (delivery === null) throw new Error('nothing was delivered within 10 s');
    return delivery;
  }
  /** Acknowledgements may have no receipt, so a backlog follows them a moment later. */
  const expectBacklog = (topic: string, backlog: Backlog) =>
    expect.poll(() => a.backlog(topic, 'workers'), { timeout: 5000 }).toEqual(backlog);
  async function drain(from: Consumer, take: (delivery: Delivery) => void): Promise<void> {
    for (let delivery = await pullWithin(from, 500); delivery; delivery = await pullWithin(from, 500)) {
      take(delivery);
      await delivery.acknowledge();
    }
  }
  async function readAll(log: EventLog, topic: string, after: string | null = null): Promise<LogMessage[]> {
    return (await Array.fromAsync(log.read(topic, { after, follow: false }))).flat();
  }

  return {
    get a() {
      return a;
    },
    get b() {
      return b;
    },
    ...{ topicWith, consumer, pullWithin, pull, expectBacklog, drain, readAll },
  };
}
