import { persistentEvent } from '@darkroom/shared/schemas/events';
import { TOPICS } from '@darkroom/shared/schemas/topics';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { startWebRig, type WebRig } from '../testing/web-rig.ts';
import { OPERATIONS } from './operations.ts';

let rig: WebRig;
beforeAll(async () => {
  rig = await startWebRig();
});
afterAll(async () => {
  await rig[Symbol.asyncDispose]();
});

const anyJson = async (path: string) =>
  (await (await rig.call(path)).json()) as Record<string, Record<string, unknown>>;

test('every reference of the document leads somewhere', async () => {
  for (const path of ['/openapi.json', '/events.schema.json']) {
    const document = await anyJson(path);
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(
      ([, target]) => target ?? '',
    );
    expect(references.length).toBeGreaterThan(10);
    for (const reference of references) {
      // Any JSON object may be walked by its keys.
      const target = reference
        .split('/')
        .reduce<unknown>((at, key) => (at as Record<string, unknown>)?.[key], document);
      expect(target, reference).toBeTypeOf('object');
    }
  }
});

test('every operation of the document is a route that answers', async () => {
  for (const { method, path } of OPERATIONS) {
    const address = path.replace('{id}', '01a2120f-0000-7000-8000-000000000000').replace('{index}', '0');
    const response = await rig.call(address, { method: 'OPTIONS' });
    expect([path, response.headers.get('allow')]).toEqual([path, expect.stringContaining(method.toUpperCase())]);
  }
});

test('the schemas of requests are those that parse them', async () => {
  const { components } = await anyJson('/openapi.json');
  const schemas = components?.['schemas'] as Record<string, z.core.JSONSchema.JSONSchema>;
  const example = OPERATIONS.find(({ id }) => id === 'submitImage')?.example;
  const parse = z.fromJSONSchema(schemas['ImageRequest'] ?? {});
  expect(parse.safeParse(example).success).toBe(true);
  expect(parse.safeParse({ generation_settings: { prompt: 'x', sampler: 'y' } }).success).toBe(false);
  expect((await rig.post('/images/', example)).status).toBe(202);
});

test('every topic has its events', async () => {
  const { properties } = await anyJson('/events.schema.json');
  expect(Object.keys(properties ?? {}).sort()).toEqual(Object.values(TOPICS).sort());
  expect(persistentEvent.options.length).toBe(12);
});
