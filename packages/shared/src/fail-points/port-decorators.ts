import type { Consumer, Delivery, EventLog } from '../event-log/event-log.ts';
import type { ObjectStore } from '../object-store/object-store.ts';
import { TOPICS, type Topic } from '../schemas/topics.ts';
import { type FailPoints, noFailPoints } from './fail-points.ts';

/** Every write of a process passes one of these, so no step can be without its fail points. */
async function around<T>(points: FailPoints, step: string, run: () => Promise<T>): Promise<T> {
  points.reach(`before ${step}`);
  const result = await run();
  points.reach(`after ${step}`);
  return result;
}

export function eventLogWithFailPoints(log: EventLog, points: FailPoints): EventLog {
  if (points === noFailPoints) return log;
  const wrapDelivery = (delivery: Delivery): Delivery => ({
    ...delivery,
    acknowledge: () => around(points, `acknowledge ${topicName(delivery.topic)}`, () => delivery.acknowledge()),
    handBack: (afterMs) => around(points, `hand-back ${topicName(delivery.topic)}`, () => delivery.handBack(afterMs)),
  });
  const wrapConsumer = (consumer: Consumer): Consumer => ({
    pull: async (options) => wrapDelivery(await consumer.pull(options)),
    [Symbol.asyncDispose]: () => consumer[Symbol.asyncDispose](),
  });
  return {
    ...log,
    publish: (topic, message, options) =>
      isLive(topic)
        ? log.publish(topic, message, options)
        : around(points, `publish ${topicName(topic)}`, () => log.publish(topic, message, options)),
    consume: async (...parameters) => wrapConsumer(await log.consume(...parameters)),
  };
}

export function objectStoreWithFailPoints(store: ObjectStore, points: FailPoints): ObjectStore {
  if (points === noFailPoints) return store;
  return {
    ...store,
    put: (key, ...rest) => around(points, `put ${keyName(key)}`, () => store.put(key, ...rest)),
    create: (key, ...rest) => around(points, `create ${keyName(key)}`, () => store.create(key, ...rest)),
    delete: (key, ...rest) => around(points, `delete ${keyName(key)}`, () => store.delete(key, ...rest)),
  };
}

function isLive(topic: string): boolean {
  return topic === TOPICS.progress || topic === TOPICS.workerStatus;
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
