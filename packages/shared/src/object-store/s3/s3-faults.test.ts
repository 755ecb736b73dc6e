import { randomUUID } from 'node:crypto';
import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { S3StoreConfig } from '../../config/s3-store.ts';
import { decide, probeConditionalWrites } from '../../decisions/decide.ts';
import { withRealServer } from '../../testing/real-server.ts';
import type { ObjectStore } from '../object-store.ts';
import { openS3ObjectStore } from './s3-object-store.ts';
import { type CuttingProxy, startCuttingProxy } from './testing/cutting-proxy.ts';
import { answerWell, refuseWith, startFakeS3 } from './testing/fake-s3.ts';
import { createTestBucket, S3_TEST_VARIABLES, s3TestConfig } from './testing/test-bucket.ts';

const type = { contentType: 'text/plain' };
const text = (value: string) => new TextEncoder().encode(value);
const textOf = (body: Uint8Array | undefined) => body && new TextDecoder().decode(body);
/** In all, by the SDK. */
const ATTEMPTS = 3;

withRealServer('S3 over a connection that breaks', S3_TEST_VARIABLES, (environment) => {
  let proxy: CuttingProxy;
  let direct: ObjectStore;
  let cut: ObjectStore;
  beforeAll(async () => {
    const config = await createTestBucket(environment);
    proxy = await startCuttingProxy(environment.S3_TEST_ENDPOINT);
    direct = await openS3ObjectStore(config);
    cut = await openS3ObjectStore({ ...config, endpoint: proxy.url });
  });
  afterAll(async () => {
    await cut[Symbol.asyncDispose]();
    await direct[Symbol.asyncDispose]();
    await proxy[Symbol.asyncDispose]();
  });

  test("a create that the SDK repeated against its own write is the creator's", async () => {
    proxy.requests.length = 0;
    proxy.cut({ methods: ['PUT'], times: 1, where: 'answer' });
    expect(await cut.create('repeated', text('mine'), type)).toBe(true);
    expect(proxy.requests).toEqual(['PUT', 'PUT', 'HEAD']);
    expect(textOf((await direct.get('repeated'))?.body)).toBe('mine');
  });

  test('a create of which no answer came is settled by reading', async () => {
    proxy.cut({ methods: ['PUT'], times: ATTEMPTS, where: 'answer' });
    expect(await cut.create('unanswered', text('mine'), type)).toBe(true);
    proxy.cut({ methods: ['PUT'], times: ATTEMPTS, where: 'answer' });
    expect(await cut.create('unanswered', text('mine'), type)).toBe(false);
  });

  test('exactly one of many creators wins, though each loses an answer', async () => {
    for (let round = 0; round < 5; round += 1) {
      proxy.cut({ methods: ['PUT'], times: 10, where: 'answer' });
      const creators = Array.from({ length: 20 }, () => cut.create(`storm/${round}`, text('the same bytes'), type));
      const won = await Promise.allSettled(creators);
      expect(won.filter((each) => each.status === 'fulfilled' && each.value)).toHaveLength(1);
    }
  });

  test('the probe of a store is not misled by lost answers', async () => {
    proxy.cut({ methods: ['PUT'], times: 4, where: 'answer' });
    await probeConditionalWrites(cut);
  });

  test('a create that cannot even be read says that the store is away; deciding again finds it mine', async () => {
    const schema = z.object({ eventId: z.string() });
    const event = { eventId: randomUUID() };
    proxy.cut({ methods: ['PUT', 'HEAD', 'GET'], times: 3 * ATTEMPTS, where: 'answer' });
    await expect(decide(cut, 'decided.json', event, schema)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    proxy.cut({ methods: [], times: 0, where: 'answer' });
    expect(await decide(cut, 'decided.json', event, schema)).toMatchObject({ mine: true, event });
    expect(await decide(direct, 'decided.json', { eventId: randomUUID() }, schema)).toMatchObject({
      mine: false,
      event,
    });
  });

  test('a body that broke off is read again, whole', async () => {
    const body = text('x'.repeat(500_000));
    await direct.put('broken-off', body, type);
    proxy.cut({ methods: ['GET'], times: 2, where: 'body' });
    expect((await cut.get('broken-off'))?.body.length).toBe(500_000);
    proxy.cut({ methods: ['GET'], times: 3, where: 'body' });
    await expect(cut.get('broken-off')).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    proxy.cut({ methods: ['GET'], times: 0, where: 'body' });
  });

  test('a picture in several parts is whole, and one that is given up leaves nothing', async () => {
    const body = new Uint8Array(21 * 2 ** 20 + 7).map((_, place) => (place * 31 + (place >> 8)) % 251);
    await cut.put('parts', body, type);
    expect(proxy.requests).toContain('POST');
    const found = await direct.get('parts');
    expect(Buffer.compare(Buffer.from(found?.body ?? []), Buffer.from(body))).toBe(0);
    const stopping = new AbortController();
    const writing = cut.put('given-up', body, { ...type, signal: stopping.signal });
    setTimeout(() => stopping.abort(new Error('stop')), 20);
    await expect(writing).rejects.toThrow('stop');
    expect(await direct.head('given-up')).toBeNull();
  });
});

withRealServer('S3 with settings that cannot work', S3_TEST_VARIABLES, (environment) => {
  const real = s3TestConfig(environment);
  const keys = real.credentials ?? { accessKeyId: '', secretAccessKey: '' };
  test.each<[string, Partial<S3StoreConfig>, RegExp]>([
    ['a bucket that is not there', { bucket: 'never-made' }, /"never-made" does not exist at http.*S3_BUCKET/],
    ['a wrong secret', { credentials: { ...keys, secretAccessKey: 'wrong' } }, /S3_SECRET_ACCESS_KEY/],
    ['an unknown key', { credentials: { ...keys, accessKeyId: 'nobody' } }, /S3_ACCESS_KEY_ID/],
  ])('says what to do about %s', async (_, changes, sentence) => {
    const opening = openS3ObjectStore({ ...real, ...changes });
    await expect(opening).rejects.toMatchObject({ code: 'CONFIG_INVALID', message: expect.stringMatching(sentence) });
  });

  test('says at run time that the store is unavailable, since a bucket comes back without a restart', async () => {
    await using fake = await startFakeS3((request, response) =>
      request.method === 'GET' ? answerWell(request, response) : refuseWith(response, 404, 'NoSuchBucket'),
    );
    await using store = await openS3ObjectStore(fake.config);
    await expect(store.put('x', text('x'), type)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    await expect(store.create('x', text('x'), type)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  });
});

describe('S3, as no real server behaves when asked', () => {
  test.each(['NoSuchBucket', 'XAdminUserNotFound', 'NoSuchTenant'])('404 %s is no missing object', async (code) => {
    await using fake = await startFakeS3((request, response) =>
      request.path.includes('list-type') ? answerWell(request, response) : refuseWith(response, 404, code),
    );
    await using store = await openS3ObjectStore(fake.config);
    await expect(store.get('x')).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  });

  test('a HEAD that says 404 of an object in a bucket that is gone is no missing object', async () => {
    let isGone = false;
    await using fake = await startFakeS3((request, response) =>
      isGone ? refuseWith(response, 404, 'NoSuchBucket') : answerWell(request, response),
    );
    await using store = await openS3ObjectStore(fake.config);
    isGone = true;
    await expect(store.head('x')).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      message: expect.stringContaining('S3_BUCKET'),
    });
  });

  test('a conflict is tried again until it is decided', async () => {
    let conflicts = 0;
    await using fake = await startFakeS3((request, response) => {
      if (request.method !== 'PUT' || conflicts === 3) return answerWell(request, response);
      conflicts += 1;
      refuseWith(response, 409, 'ConditionalRequestConflict');
    });
    await using store = await openS3ObjectStore(fake.config);
    expect(await store.create('x', text('x'), type)).toBe(true);
    const puts = fake.requests.filter(({ method }) => method === 'PUT');
    expect(puts.map(({ headers }) => headers['if-none-match'])).toEqual(['*', '*', '*', '*']);
  });

  test('a refused create is not taken for a lost answer', async () => {
    await using fake = await startFakeS3((request, response) =>
      request.method === 'PUT' ? refuseWith(response, 403, 'AccessDenied') : answerWell(request, response),
    );
    await using store = await openS3ObjectStore(fake.config);
    await expect(store.create('x', text('x'), type)).rejects.toThrow(/OPERATIONS\.md/);
    expect(fake.requests.map(({ method }) => method)).not.toContain('HEAD');
  });

  test.each(['WHEN_SUPPORTED', 'WHEN_REQUIRED'] as const)(
    'a store that refuses checksums, with S3_CHECKSUMS=%s',
    async (checksums) => {
      await using fake = await startFakeS3((request, response) => {
        const isRefused = Object.keys(request.headers).some((name) =>
          /^x-amz-(checksum|sdk-checksum|trailer)/.test(name),
        );
        return isRefused ? refuseWith(response, 501, 'NotImplemented') : answerWell(request, response);
      });
      const large = new Uint8Array(17 * 2 ** 20);
      const uses = async () => {
        await using store = await openS3ObjectStore({ ...fake.config, checksums });
        await store.put('x', text('x'), type);
        await store.create('y', text('y'), type);
        await store.put('large', large, type);
        await store.get('x');
        await store.delete('x');
      };
      if (checksums === 'WHEN_REQUIRED') await uses();
      else await expect(uses()).rejects.toThrow(/S3_CHECKSUMS=WHEN_REQUIRED/);
    },
  );

  test('every write is encrypted as configured', async () => {
    await using fake = await startFakeS3(answerWell);
    await using store = await openS3ObjectStore({
      ...fake.config,
      encryption: { algorithm: 'aws:kms', keyId: 'alias/pictures' },
    });
    await store.put('x', text('x'), type);
    await store.create('y', text('y'), type);
    await store.put('large', new Uint8Array(17 * 2 ** 20), type);
    const begins = fake.requests.filter(
      ({ method, path }) => (method === 'PUT' && !path.includes('partNumber')) || path.includes('uploads'),
    );
    expect(begins).toHaveLength(3);
    for (const { headers } of begins) {
      expect(headers).toMatchObject({
        'x-amz-server-side-encryption': 'aws:kms',
        'x-amz-server-side-encryption-aws-kms-key-id': 'alias/pictures',
      });
    }
  });

  test('a store that ignores ranges is cut to the part', async () => {
    await using fake = await startFakeS3((request, response) => {
      if (request.path.includes('list-type')) return answerWell(request, response);
      response.writeHead(200, { etag: '"tag"', 'content-length': '10' }).end('0123456789');
    });
    await using store = await openS3ObjectStore(fake.config);
    const found = await store.get('x', { range: { start: 2, end: 4 } });
    expect([textOf(found?.body), found?.size]).toEqual(['234', 10]);
    const reversed = await store.get('x', { range: { start: 5, end: 2 } });
    expect([textOf(reversed?.body), reversed?.size]).toEqual(['', 10]);
  });

  test('what else lies in the bucket is not listed', async () => {
    await using fake = await startFakeS3((_, response) => {
      const entry = (key: string) => `<Contents><Key>${key}</Key><Size>1</Size></Contents>`;
      response.end(`<ListBucketResult>${entry('a/')}${entry('a/b')}${entry('a//c')}</ListBucketResult>`);
    });
    await using store = await openS3ObjectStore(fake.config);
    expect((await Array.fromAsync(store.list(''))).map(({ key }) => key)).toEqual(['a/b']);
  });

  test.each([
    [507, 'InsufficientStorage', 'DISK_FULL'],
    [503, 'SlowDown', 'STORE_UNAVAILABLE'],
    [500, 'InternalError', 'STORE_UNAVAILABLE'],
  ])('%i %s is %s', async (status, code, expected) => {
    await using fake = await startFakeS3((request, response) =>
      request.method === 'PUT' ? refuseWith(response, status, code) : answerWell(request, response),
    );
    await using store = await openS3ObjectStore(fake.config);
    await expect(store.put('x', text('x'), type)).rejects.toMatchObject({ code: expected });
  });
});

describe('S3 that is away', () => {
  test('is unavailable at once where nobody listens', async () => {
    const config = await unusedEndpoint();
    const before = performance.now();
    await expect(openS3ObjectStore(config)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE', retryable: true });
    expect(performance.now() - before).toBeLessThan(5000);
  });

  test('is given up where it accepts and stays silent, and an abort ends the wait at once', async () => {
    let silent = false;
    await using fake = await startFakeS3((request, response) => {
      if (!silent) answerWell(request, response);
    });
    await using store = await openS3ObjectStore(fake.config, { silentMs: 200 });
    silent = true;
    await expect(store.get('x')).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    await expect(store.create('x', text('x'), type)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    const stopping = new AbortController();
    const reading = store.get('x', { signal: stopping.signal });
    setTimeout(() => stopping.abort(new Error('stop')), 20);
    await expect(reading).rejects.toThrow('stop');
  });
});

/** Of a server that was there, and is not. */
async function unusedEndpoint(): Promise<S3StoreConfig> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  await new Promise((done) => server.close(done));
  const port = address !== null && typeof address === 'object' ? address.port : 0;
  return s3TestConfig({
    S3_TEST_ENDPOINT: `http://127.0.0.1:${port}`,
    S3_TEST_ACCESS_KEY_ID: 'key',
    S3_TEST_SECRET_ACCESS_KEY: 'secret',
  });
}
