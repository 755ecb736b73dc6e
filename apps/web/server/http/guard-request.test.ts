import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { published } from '../testing/events.ts';
import { startWebRig, type WebRig } from '../testing/web-rig.ts';

let rig: WebRig;
beforeAll(async () => {
  rig = await startWebRig({ env: { ALLOWED_HOSTS: 'pictures.lan, Other.Lan', PUBLIC_URL: 'https://public.example/' } });
});
afterAll(async () => {
  await rig[Symbol.asyncDispose]();
});

const PATHS = [
  '/images/',
  '/images/x',
  '/images/x/files/0',
  '/events',
  '/models',
  '/samplers',
  '/health',
  '/ready',
  '/openapi.json',
];
const body = { generation_settings: { prompt: 'x' } };
const json = { 'content-type': 'application/json' };

describe('the name by which the server is called', () => {
  test.each([
    'evil.example',
    'localhost.evil.example',
    '127.0.0.1.nip.io',
    'localhost@evil.example',
    'evil.example#localhost',
    '0.0.0.0',
    '192.168.1.5:8000',
    'localhost:8000/x',
    'localhost, evil.example',
  ])('%s is refused on every route', async (host) => {
    for (const path of PATHS) expect([path, (await rig.call(path, { headers: { host } })).status]).toEqual([path, 421]);
  });

  test.each([
    'localhost',
    'LOCALHOST:1234',
    '127.0.0.1:8000',
    '[::1]:8000',
    'pictures.lan',
    'other.lan:80',
    'public.example',
  ])('%s is taken', async (host) => {
    expect((await rig.call('/health', { headers: { host } })).status).toBe(200);
  });
});

describe('changes', () => {
  test.each([
    ['an origin of another site', { origin: 'https://evil.example' }],
    ['the same name at another port', { origin: 'http://localhost:3000' }],
    ['no origin of its own', { origin: 'null' }],
    ['an origin that only begins like ours', { origin: 'http://localhost:8000.evil.example' }],
    ['another scheme', { origin: 'file://localhost:8000' }],
    ['a browser that says it is another site', { 'sec-fetch-site': 'cross-site' }],
  ])('from a page with %s are refused', async (_name, headers) => {
    const before = (await published(rig.runtime.log)).length;
    for (const path of ['/images', '/images/x/cancel', '/images/x/replay']) {
      expect((await rig.post(path, body, headers)).status).toBe(403);
    }
    expect((await published(rig.runtime.log)).length).toBe(before);
  });

  test.each([
    {},
    { origin: 'http://localhost:8000' },
    { origin: 'https://public.example' },
    { 'sec-fetch-site': 'same-origin' },
  ])('with %j are taken', async (headers) => {
    expect((await rig.post('/images', body, headers)).status).toBe(202);
  });

  test('that a form could send are refused', async () => {
    for (const path of ['/images', '/images/x/cancel', '/images/x/replay']) {
      const response = await rig.call(path, { method: 'POST', body: '{}', headers: { 'content-type': 'text/plain' } });
      expect(response.status).toBe(415);
    }
    expect((await rig.post('/images', body, { 'content-encoding': 'gzip' })).status).toBe(415);
  });
});

describe('methods', () => {
  test.each(['PUT', 'PATCH', 'DELETE'])('%s is 405 with what is allowed', async (method) => {
    const response = await rig.call('/images/', { method, headers: json });
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD, POST, OPTIONS']);
    expect(await response.json()).toMatchObject({ code: 'METHOD_NOT_ALLOWED', status: 405 });
  });

  test('OPTIONS says what is allowed, in both forms of the path, and never redirects', async () => {
    for (const path of ['/images', '/images/', '/images/x/cancel', '/models/']) {
      const response = await rig.call(path, { method: 'OPTIONS' });
      expect(response.status).toBe(204);
      expect(response.headers.get('allow')).toMatch(/OPTIONS$/);
    }
    expect((await rig.call('/images/x/cancel')).headers.get('allow')).toBe('POST, OPTIONS');
  });

  test('HEAD is GET without a body', async () => {
    const response = await rig.call('/models', { method: 'HEAD' });
    expect([response.status, await response.text()]).toEqual([200, '']);
  });
});
