import type { Consumer, Delivery, EventLog } from '../event-log/event-log.ts';
import type { ObjectStore } from '../object-store/object-store.ts';
import { LIVE_TOPICS, TOPICS, type Topic } from '../schemas/topics.ts';
import type { Faults } from './faults.ts';

/** Every write of a process passes here, so no step can be without its fail points. */
export function faultyEventLog(log: EventLog, faults: Faults): EventLog {
  const around = aroundWith(faults);
  const wrapDelivery = (delivery: Delivery): Delivery => ({
    ...delivery,
    acknowledge: () => around(`acknowledge ${topicName(delivery.topic)}`, () => delivery.acknowledge()),
    handBack: (afterMs) => around(`hand-back ${topicName(delivery.topic)}`, () => delivery.handBack(afterMs)),
  });
  const wrapConsumer = (consumer: Consumer): Consumer => ({
    pull: async (options) => wrapDelivery(await consumer.pull(options)),
    [Symbol.asyncDispose]: () => consumer[Symbol.asyncDispose](),
  });
  return {
    ...log,
    publish: (topic, message, options) =>
      LIVE_TOPICS.some((live) => live === topic)
        ? log.publish(topic, message, options)
        : around(`publish ${topicName(topic)}`, () => log.publish(topic, message, options)),
    consume: async (...parameters) => wrapConsumer(await log.consume(...parameters)),
  };
}

export function faultyObjectStore(store: ObjectStore, faults: Faults): ObjectStore {
  const around = aroundWith(faults);
  const create: ObjectStore['create'] = async (key, ...rest) => {
    if (!faults.blindCreates) return await store.create(key, ...rest);
    await store.put(key, ...rest);
    return true;
  };
  const slowly = async <T>(call: () => Promise<T>) => {
    await faults.slowStore();
    return await call();
  };
  return {
    ...store,
    put: (key, ...rest) => around(`put ${keyName(key)}`, () => slowly(() => store.put(key, ...rest))),
    create: (key, ...rest) => around(`create ${keyName(key)}`, () => slowly(() => create(key, ...rest))),
    delete: (key, ...rest) => around(`delete ${keyName(key)}`, () => slowly(() => store.delete(key, ...rest))),
    get: (...parameters) => slowly(() => store.get(...parameters)),
    head: (...parameters) => slowly(() => store.head(...parameters)),
    async *list(...parameters) {
      await faults.slowStore();
      yield* store.list(...parameters);
    },
  };
}

function aroundWith(faults: Faults) {
  return async <T>(step: string, run: () => Promise<T>): Promise<T> => {
    faults.reach(`before ${step}`);
    const result = await run();
    faults.reach(`after ${step}`);
    return result;
  };
}

/** The short name in the table of topics. */
function topicName(topic: string): string {
  return Object.entries<Topic>(TOPICS).find(([, name]) => name === topic)?.[0] ?? topic;
}

/** The kind of a key, without ids. */
function keyName(key: string): string {
  const [first, , , kind = '', rest = ''] = key.split('/');
  if (first !== 'jobs') return first ?? '';
  if (kind === 'starts') return rest.endsWith('.ended.json') ? 'start-ended' : 'start';
  return kind.endsWith('.png') ? 'picture' : kind.replace('.json', '');
}
