import { EVENT_SCHEMAS, TOPIC_EVENTS } from '@darkroom/shared/schemas/topic-events';
import { LIVE_TOPICS } from '@darkroom/shared/schemas/topics';
import { schemasOf } from './json-schemas.ts';

/** One JSON Schema whose properties are the topics, each describing one message of it. */
export function eventSchemas(): object {
  const properties = Object.entries(TOPIC_EVENTS).map(([topic, events]) => {
    const isLive = LIVE_TOPICS.some((live) => live === topic);
    const description = isLive ? 'Live: not kept.' : 'Kept without end.';
    return [topic, { description, oneOf: events.map((name) => ({ $ref: `#/$defs/${name}` })) }];
  });
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Darkroom events',
    description: 'Each property is a topic; its schema is that of one message. Readers keep fields they do not know.',
    type: 'object',
    properties: Object.fromEntries(properties),
    $defs: schemasOf(EVENT_SCHEMAS, { io: 'output', at: '#/$defs/' }),
  };
}
