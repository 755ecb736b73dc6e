import { DarkroomError, messageOf } from '../../../errors/darkroom-error.ts';

/** What is used of `pulsar-client` 1.18, written down here so that nothing depends on its being installed. */
export type PulsarClientModule = {
  Client: new (options: {
    serviceUrl: string;
    authentication?: unknown;
    tlsTrustCertsFilePath?: string;
    operationTimeoutSeconds?: number;
  }) => NativeClient;
  AuthenticationToken: new (options: { token: string | (() => string) }) => unknown;
  MessageId: { earliest(): NativeMessageId; latest(): NativeMessageId; deserialize(bytes: Buffer): NativeMessageId };
};
export type NativeMessageId = { serialize(): Buffer };
export type NativeMessage = {
  getMessageId(): NativeMessageId;
  getPartitionKey(): string;
  getProperties(): Record<string, string>;
  getData(): Buffer;
  getPublishTimestamp(): number;
};
export type NativeProducer = {
  send(message: {
    data: Buffer;
    partitionKey: string;
    properties?: Record<string, string>;
    deliverAt?: number;
  }): Promise<NativeMessageId>;
  close(): Promise<unknown>;
};
export type NativeConsumer = {
  receive(): Promise<NativeMessage>;
  acknowledgeId(id: NativeMessageId): Promise<unknown>;
  close(): Promise<unknown>;
};
export type NativeReader = { readNext(timeoutMs?: number): Promise<NativeMessage>; close(): Promise<unknown> };
export type NativeClient = {
  createProducer(options: {
    topic: string;
    producerName: string;
    batchingEnabled: boolean;
    sendTimeoutMs: number;
  }): Promise<NativeProducer>;
  subscribe(options: {
    topic: string;
    subscription: string;
    subscriptionType: 'Shared';
    subscriptionInitialPosition: 'Earliest';
    receiverQueueSize: 0;
    ackTimeoutMs: 0;
    consumerName: string;
  }): Promise<NativeConsumer>;
  createReader(options: {
    topic: string;
    startMessageId: NativeMessageId;
    receiverQueueSize: number;
  }): Promise<NativeReader>;
  close(): Promise<unknown>;
};

/** A variable, so that neither compiler nor bundler looks for it. */
const PACKAGE: string = 'pulsar-client';

export async function loadPulsarClient(name = PACKAGE): Promise<PulsarClientModule> {
  try {
    const loaded = await import(/* turbopackIgnore: true */ /* webpackIgnore: true */ name);
    // Its own declarations say so (index.d.ts of 1.18).
    return (loaded.default ?? loaded) as PulsarClientModule;
  } catch (error) {
    throw new DarkroomError(
      'CONFIG_INVALID',
      `PULSAR_TRANSPORT=native needs the package ${name} with its native library: "npm install --no-save ${name}@1.18", or use PULSAR_TRANSPORT=websocket (${messageOf(error).split('\n')[0]})`,
      { cause: error },
    );
  }
}
