import { expect, test } from 'vitest';
import { DarkroomError } from '../../errors/darkroom-error.ts';
import { afterTheBroker } from './after-the-broker.ts';
import { missing } from './pulsar-errors.ts';
import { topicNaming } from './topic-name.ts';
import type { OpenOptions, PulsarTransport } from './transport.ts';

const nameOf = topicNaming({ tenant: 't', namespace: 'n', liveTopics: ['live'] });
const away = () => new DarkroomError('LOG_UNAVAILABLE', 'away');

/** Links that do nothing, and a record of what was asked of the broker and in which order. */
function rig(look: () => Promise<void>) {
  const asked: string[] = [];
  const opened: OpenOptions[] = [];
  const open = async (kind: string, options: OpenOptions) => {
    asked.push(kind);
    opened.push(options);
    return { isOpen: true, close: async () => {}, next: async () => [] };
  };
  const transport: PulsarTransport = {
    produce: () => Promise.reject(away()),
    consume: () => Promise.reject(missing('consume')),
    read: (topic, _after, options) => open(`read ${topic.topic}`, options),
    [Symbol.asyncDispose]: async () => {},
  };
  const admin = {
    requireTopic: async ({ topic }: { topic: string }) => {
      asked.push(`look at ${topic}`);
      await look();
    },
  };
  return { asked, opened, watched: afterTheBroker(transport, admin, nameOf('stored')) };
}

test('looks at a stored topic once, before the first of all links', async () => {
  const { asked, watched } = rig(async () => {});
  await Promise.all([watched.read(nameOf('live'), 'latest', {}), watched.read(nameOf('facts'), 'earliest', {})]);
  await watched.read(nameOf('facts'), 'earliest', {});
  expect(asked).toEqual(['look at stored', 'read live', 'read facts', 'read facts']);
});

test('opens nothing while the broker does not answer, and looks again after each loss', async () => {
  let isAway = true;
  const { asked, opened, watched } = rig(async () => {
    if (isAway) throw away();
  });
  await expect(watched.read(nameOf('facts'), 'earliest', {})).rejects.toThrow('away');
  isAway = false;
  await watched.read(nameOf('facts'), 'earliest', {});
  opened[0]?.onEnd?.(away());
  await watched.read(nameOf('facts'), 'earliest', {});
  await expect(watched.produce(nameOf('facts'), { producerName: 'p' })).rejects.toThrow('away');
  await watched.read(nameOf('facts'), 'earliest', {});
  const look = 'look at facts';
  expect(asked).toEqual([look, look, 'read facts', look, 'read facts', look, 'read facts']);
});

test('a refusal is an answer: the link itself says what is missing', async () => {
  const { asked, watched } = rig(() => Promise.reject(missing('use the topic facts')));
  const consumer = { consumerName: 'c', onMessage() {} };
  await expect(watched.consume(nameOf('facts'), 's', consumer)).rejects.toThrow(/cannot consume/);
  await watched.read(nameOf('facts'), 'earliest', {});
  expect(asked).toEqual(['look at facts', 'read facts']);
});
