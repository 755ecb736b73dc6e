import { createTestBucket, S3_TEST_VARIABLES } from '@darkroom/shared/object-store/s3/testing/test-bucket';
import { withRealServer } from '@darkroom/shared/testing/real-server';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { facts, settle, storePicture } from '../testing/events.ts';
import { startWebRig, until, type WebRig } from '../testing/web-rig.ts';

const BYTES = new Uint8Array(100).map((_, place) => place);

withRealServer('pictures in S3', S3_TEST_VARIABLES, (environment) => {
  let rig: WebRig;
  let path: string;
  beforeAll(async () => {
    const { bucket } = await createTestBucket(environment);
    rig = await startWebRig({
      env: {
        OBJECT_STORE: 's3',
        S3_BUCKET: bucket,
        S3_ENDPOINT: environment.S3_TEST_ENDPOINT,
        S3_ACCESS_KEY_ID: environment.S3_TEST_ACCESS_KEY_ID,
        S3_SECRET_ACCESS_KEY: environment.S3_TEST_SECRET_ACCESS_KEY,
      },
    });
    const { log, store } = rig.runtime;
    const { id } = await rig.submit({ prompt: '所有 😀 "x"' });
    const pictures = [await storePicture(store, id, 0, BYTES), await storePicture(store, id, 1, new Uint8Array())];
    await settle(log, store, facts.completed(id, pictures));
    await until(async () => (await rig.job(id)).status === 'completed');
    path = `/images/${id}/files`;
  });
  afterAll(async () => {
    await rig[Symbol.asyncDispose]();
  });

  /** As a browser goes: to the web, then where that leads, with the same headers. */
  async function follow(address: string, headers: Record<string, string> = {}): Promise<Response> {
    const first = await rig.call(address, { headers });
    expect([first.status, first.headers.get('cache-control')]).toEqual([302, 'private, no-store']);
    return await fetch(first.headers.get('location') ?? '', { headers });
  }

  test('lie behind a link that is made anew each time', async () => {
    const response = await follow(`${path}/0`);
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'image/png']);
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(BYTES);
    expect((await rig.call(`${path}/0`)).headers.get('location')).not.toMatch(/checksum/i);
  });

  test.each([
    ['bytes=0-', 206, 'bytes 0-99/100', 100],
    ['bytes=0-0', 206, 'bytes 0-0/100', 1],
    ['bytes=-1', 206, 'bytes 99-99/100', 1],
    ['bytes=-999999', 206, 'bytes 0-99/100', 100],
    ['bytes=5-2', 200, null, 100],
    ['bytes=0-1,4-5', 200, null, 100],
  ])('%s of a picture is %i', async (range, status, part, length) => {
    const response = await follow(`${path}/0`, { range });
    expect([response.status, response.headers.get('content-range')]).toEqual([status, part]);
    expect((await response.arrayBuffer()).byteLength).toBe(length);
  });

  test('a range beyond a picture, or of an empty one, is 416', async () => {
    expect((await follow(`${path}/0`, { range: 'bytes=999999-' })).status).toBe(416);
    expect((await follow(`${path}/1`, { range: 'bytes=0-0' })).status).toBe(416);
    expect((await follow(`${path}/1`)).status).toBe(200);
  });

  test('HEAD is answered here, since a link is for GET alone', async () => {
    const head = await rig.call(`${path}/0`, { method: 'HEAD' });
    expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([200, '100', '']);
    const part = await rig.call(`${path}/0`, { method: 'HEAD', headers: { range: 'bytes=90-' } });
    expect([part.status, part.headers.get('content-range')]).toEqual([206, 'bytes 90-99/100']);
  });

  test('who has a picture is not led to it again', async () => {
    const etag = (await rig.call(`${path}/0`, { method: 'HEAD' })).headers.get('etag') ?? '';
    expect((await rig.call(`${path}/0`, { headers: { 'if-none-match': etag } })).status).toBe(304);
  });

  test('a download has its name from here', async () => {
    const response = await follow(`${path}/0?download`);
    const disposition = response.headers.get('content-disposition') ?? '';
    expect(decodeURIComponent(disposition)).toMatch(/^attachment; .*所有 😀 x /);
  });
});
