import { DarkroomError, isDarkroomError } from '@darkroom/shared/errors/darkroom-error';
import { type Problem, problem } from '@darkroom/shared/schemas/api';
import type { Requested } from '@darkroom/shared/schemas/events';
import { LIMITS } from '@darkroom/shared/schemas/limits';
import { TOPICS } from '@darkroom/shared/schemas/topics';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { published } from '../testing/events.ts';
import { startWebRig, type WebRig } from '../testing/web-rig.ts';

let rig: WebRig;
beforeAll(async () => {
  rig = await startWebRig();
});
afterAll(async () => {
  await rig[Symbol.asyncDispose]();
});

const requests = async () =>
  (await published(rig.runtime.log))
    .map(({ event }) => event)
    .filter((event): event is Requested => event.type === 'requested');
const settingsOf = async (id: string) => (await rig.job(id)).generation_settings;

describe('the system this one grew from', () => {
  const body = {
    generation_settings: {
      ...{ prompt: 'A dog', negative_prompt: '', seed: 42, sampler_name: 'euler', batch_size: '1', n_iters: 1 },
      ...{ steps: 5, cfg_scale: 7.0, width: 512, height: 512, model: 'demo' },
    },
    metadata: { grouping: 'test/grouping' },
  };

  test('health answers with and without the slash', async () => {
    for (const path of ['/health', '/health/']) {
      const response = await rig.call(path);
      expect([response.status, await response.json()]).toEqual([200, { status: 'ok' }]);
    }
  });

  test('settings and metadata come back equal, through both forms of the path', async () => {
    for (const path of ['/images', '/images/']) {
      const response = await rig.post(path, body);
      expect(response.status).toBe(202);
      const { message, id } = (await response.json()) as { message: string; id: string };
      expect(message).toBe('Request is being processed');
      expect(response.headers.get('location')).toBe(`http://localhost:8000/images/${id}/`);
      expect(response.headers.get('cache-control')).toBe('no-store');
      for (const form of [`/images/${id}`, `/images/${id}/`]) {
        const job = (await (await rig.call(form)).json()) as Record<string, unknown>;
        expect(job['generation_settings']).toEqual({ ...body.generation_settings, batch_size: 1 });
        expect(job['metadata']).toEqual(body.metadata);
        expect(job).toMatchObject({ id, image_url: null, complete_time: null });
      }
    }
  });
});

describe('what is filled in', () => {
  test('everything but the prompt has a default', async () => {
    const { id } = await rig.submit();
    expect(await settingsOf(id)).toEqual({
      ...{ prompt: 'a dog', negative_prompt: '', seed: expect.any(Number), sampler_name: 'euler', batch_size: 1 },
      ...{ n_iters: 1, steps: 20, cfg_scale: 7, width: 256, height: 256, model: 'demo' },
    });
  });

  test('a random seed is drawn once for absent, null, −1 and "-1"', async () => {
    const seeds: number[] = [];
    for (const seed of [undefined, null, -1, '-1', undefined]) {
      const { id } = await rig.submit({ seed });
      const answer = await rig.job(id);
      const [event] = (await requests()).filter(({ jobId }) => jobId === id);
      expect(event?.resolved.seed).toBe(answer.generation_settings.seed);
      expect(answer.resolved_settings.seed).toBe(answer.generation_settings.seed);
      expect(answer.generation_settings.seed).toBeGreaterThanOrEqual(0);
      seeds.push(answer.generation_settings.seed);
    }
    expect(new Set(seeds).size).toBe(5);
  });

  test('a sampler keeps the name it was sent by, and the engine gets the canonical one', async () => {
    const { id } = await rig.submit({ sampler_name: 'K Euler' });
    const answer = await rig.job(id);
    expect(answer.generation_settings.sampler_name).toBe('K Euler');
    expect(answer.resolved_settings.sampler).toBe('euler');
  });

  test.each([
    ['steps', '20', 20],
    ['steps', '4.0', 4],
    ['cfg_scale', '7.5', 7.5],
    ['seed', LIMITS.seedMax, LIMITS.seedMax],
    ['seed', '9007199254740991', LIMITS.seedMax],
    ['seed', 0, 0],
  ])('%s %j is accepted as %j', async (field, sent, kept) => {
    const { id } = await rig.submit({ [field]: sent });
    expect(await settingsOf(id)).toMatchObject({ [field]: kept });
  });

  test('the first two waiting jobs go ahead, the others into the normal lane', async () => {
    await using fresh = await startWebRig();
    await Promise.all(Array.from({ length: 6 }, () => fresh.submit()));
    const topics = (await published(fresh.runtime.log)).map(({ topic }) => topic).sort();
    expect(topics.filter((topic) => topic === TOPICS.requestedHigh)).toHaveLength(2);
    expect(topics.filter((topic) => topic === TOPICS.requested)).toHaveLength(4);
  });

  test('a valid trace context goes along, another does not', async () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    for (const [sent, kept] of [
      [traceparent, traceparent],
      ['00-00000000000000000000000000000000-b7ad6b7169203331-01', undefined],
      ['x', undefined],
    ] as const) {
      const response = await rig.post('/images/', { generation_settings: { prompt: 'x' } }, { traceparent: sent });
      const { id } = (await response.json()) as { id: string };
      const message = (await published(rig.runtime.log)).find(({ key }) => key === id);
      expect(message?.properties['traceparent']).toBe(kept);
    }
  });
});

const settings = (more: string) => `{"generation_settings":{"prompt":"x",${more}}}`;
const at = (field: string) => `/generation_settings/${field}`;
const BAD: [name: string, body: string | Uint8Array, status: number, pointers?: string[]][] = [
  ...['""', '" "', 'null', 'true', '[]', '["5"]', '"0x10"', '"４"', '"1e3"', '0', '151', '1.5', '{}', '"NaN"'].map(
    (value): [string, string, number, string[]] => [`steps ${value}`, settings(`"steps":${value}`), 422, [at('steps')]],
  ),
  ...[
    '9007199254740993',
    '6687881544318117707',
    '"9007199254740993"',
    '"6687881544318117707"',
    '-2',
    '1.5',
    '1e400',
  ].map((value): [string, string, number, string[]] => [
    `seed ${value}`,
    settings(`"seed":${value}`),
    422,
    [at('seed')],
  ]),
  ['no body', '', 400],
  ['broken JSON', '{"generation_settings":', 400],
  ['NaN', '{"generation_settings":{"prompt":"x","steps":NaN}}', 400],
  ['bytes that are no UTF-8', Uint8Array.from([0x22, 0xff, 0x22]), 400],
  ['a list', '[]', 422, ['']],
  ['null', 'null', 422, ['']],
  ['no settings', '{}', 422, ['/generation_settings']],
  ['no prompt', '{"generation_settings":{}}', 422, [at('prompt')]],
  ['a prompt that is no text', '{"generation_settings":{"prompt":5}}', 422, [at('prompt')]],
  ['NUL in the prompt', '{"generation_settings":{"prompt":"a\\u0000b"}}', 422, [at('prompt')]],
  ['a lone surrogate', '{"generation_settings":{"prompt":"a\\ud800b"}}', 422, [at('prompt')]],
  ['a prompt that is too long', `{"generation_settings":{"prompt":"${'a'.repeat(8001)}"}}`, 422, [at('prompt')]],
  ['misspelt keys', settings('"sampler":"ddim","cfg":3'), 422, [at('sampler'), at('cfg')]],
  ['an unknown key at the top', '{"generation_settings":{"prompt":"x"},"meta/data":{}}', 422, ['/meta~1data']],
  ['__proto__', '{"generation_settings":{"prompt":"x","__proto__":{"steps":5}}}', 422, [at('__proto__')]],
  [
    '__proto__ in metadata',
    '{"generation_settings":{"prompt":"x"},"metadata":{"__proto__":"y"}}',
    422,
    ['/metadata/__proto__'],
  ],
  ['metadata that is no map', '{"generation_settings":{"prompt":"x"},"metadata":[]}', 422, ['/metadata']],
  ['metadata null', '{"generation_settings":{"prompt":"x"},"metadata":null}', 422, ['/metadata']],
  ['metadata with numbers', '{"generation_settings":{"prompt":"x"},"metadata":{"a":1,"b":"c"}}', 422, ['/metadata/a']],
  ['metadata with an empty key', '{"generation_settings":{"prompt":"x"},"metadata":{"":"c"}}', 422, ['/metadata/']],
  ['an unknown model', settings('"model":"nope"'), 422, [at('model')]],
  ['an empty model', settings('"model":""'), 422, [at('model')]],
  ['an unknown sampler', settings('"sampler_name":"xyz"'), 422, [at('sampler_name')]],
  ['a width off the step', settings('"width":200'), 422, [at('width')]],
  ['sides out of the model', settings('"width":64,"height":576'), 422, [at('width'), at('height')]],
  ['too many pictures', settings('"batch_size":16,"n_iters":5'), 422, [at('batch_size'), at('n_iters')]],
  [
    'many wrong fields, also those that the model judges',
    settings('"width":250,"height":251,"steps":0,"seed":-5,"sampler_name":"y","foo":1'),
    422,
    [at('seed'), at('steps'), at('foo'), at('width'), at('height'), at('sampler_name')],
  ],
  ['a seed that a double would round', settings('"seed":9007199254740990.9'), 422, [at('seed')]],
  ['a batch that is too large', settings('"batch_size":17'), 422, [at('batch_size')]],
  ['seeds that run out', settings(`"seed":${LIMITS.seedMax},"n_iters":2`), 422, [at('seed')]],
  [
    'many wrong fields',
    settings('"steps":0,"cfg_scale":"x","width":true'),
    422,
    [at('steps'), at('cfg_scale'), at('width')],
  ],
  ['a body over the limit', JSON.stringify({ generation_settings: { prompt: 'é'.repeat(13_000) } }), 413],
];

describe('bad input', () => {
  test.each(BAD)('%s is refused, and nothing is published', async (_name, body, status, pointers) => {
    const before = (await requests()).length;
    const response = await rig.call('/images/', {
      method: 'POST',
      body: typeof body === 'string' ? body : new Uint8Array(body),
      headers: { 'content-type': 'application/json' },
    });
    const answer: Problem = problem.parse(await response.json());
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(answer).toMatchObject({
      status,
      code: expect.stringMatching(/^[A-Z_]+$/),
      detail: expect.stringMatching(/./),
    });
    expect(answer.errors?.map(({ pointer }) => pointer)).toEqual(pointers);
    for (const error of answer.errors ?? []) expect(error.detail).not.toMatch(/Invalid input|undefined/);
    expect((await requests()).length).toBe(before);
  });

  test('a wrong name lists the right ones, a wrong size its step', async () => {
    const body = settings('"model":"demo","sampler_name":"xyz","width":200');
    const answer = problem.parse(await (await rig.post('/images/', body)).json());
    const detailOf = (field: string) => answer.errors?.find(({ pointer }) => pointer === at(field))?.detail;
    expect(detailOf('sampler_name')).toContain('euler');
    expect(detailOf('width')).toContain('multiple of 64');
  });

  test.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    '',
    'application/json; charset=latin1',
    'multipart/form-data',
  ])('the content type %j is refused', async (type) => {
    const response = await rig.post('/images/', settings('"steps":5'), { 'content-type': type });
    expect(response.status).toBe(415);
  });

  test('a body that says it is short and is not is cut off while it is read', async () => {
    let pulled = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        pulled += 1;
        controller.enqueue(new Uint8Array(4096).fill(97));
      },
    });
    const init = { method: 'POST', body: endless, duplex: 'half', headers: { 'content-type': 'application/json' } };
    expect((await rig.call('/images/', init as RequestInit)).status).toBe(413);
    expect(pulled).toBeLessThan(12);
  });
});

describe('when a part is away', () => {
  test('the log is down: 503, nothing half done', async () => {
    await using broken = await startWebRig({
      replace: (runtime) => ({
        ...runtime,
        log: {
          ...runtime.log,
          publish: () => Promise.reject(new DarkroomError('DISK_FULL', 'The disk that holds the event log is full')),
        },
      }),
    });
    const response = await broken.post('/images/', settings('"steps":5'));
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toMatch(/^\d+$/);
    expect(await published(broken.runtime.log)).toEqual([]);
    expect(await (await broken.call('/images/')).json()).toEqual([]);
  });

  test('no model is known yet: 503, and /ready tells the reason', async () => {
    await using young = await startWebRig({ listModels: false });
    const ready = await young.call('/ready');
    expect(ready.status).toBe(503);
    expect(JSON.stringify(await ready.json())).toMatch(/model/);
    const response = await young.post('/images/', settings('"steps":5'));
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toBe('1');
  });

  test('an unforeseen error is a 500 without internals', async () => {
    await using broken = await startWebRig({
      replace: (runtime) => ({
        ...runtime,
        log: { ...runtime.log, publish: () => Promise.reject(new Error('secret path /root/x')) },
      }),
    });
    const response = await broken.post('/images/', settings('"steps":5'));
    expect(response.status).toBe(500);
    expect(await response.text()).not.toMatch(/secret|root/);
  });
});

test('an error of another bundle is still known', () => {
  const foreign = Object.assign(new Error('full'), { name: 'DarkroomError', code: 'DISK_FULL', context: {} });
  expect(isDarkroomError(foreign)).toBe(true);
});
