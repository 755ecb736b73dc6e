import { afterEach, describe, expect, test, vi } from 'vitest';
import type { S3StoreConfig } from '../../config/s3-store.ts';
import { withRealServer } from '../../testing/real-server.ts';
import { openS3ObjectStore } from './s3-object-store.ts';
import { answerWell, startFakeS3 } from './testing/fake-s3.ts';
import { createTestBucket, S3_TEST_VARIABLES } from './testing/test-bucket.ts';

const HOUR_MS = 3_600_000;
const WEEK_SECONDS = 7 * 24 * 3600;

async function linkOf(changes: Partial<S3StoreConfig>, seconds: number, downloadName?: string) {
  await using fake = await startFakeS3(answerWell);
  await using store = await openS3ObjectStore({ ...fake.config, bucket: 'pictures', ...changes });
  const link = await store.link('a/b.png', { seconds, downloadName });
  if (link === null) throw new Error('no link');
  return { ...link, parsed: new URL(link.url), endpoint: fake.config.endpoint };
}

function stubCredentials(expiration: number): void {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'temporary');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
  vi.stubEnv('AWS_SESSION_TOKEN', 'token');
  vi.stubEnv('AWS_CREDENTIAL_EXPIRATION', new Date(expiration).toISOString());
}

afterEach(() => {
  vi.unstubAllEnvs();
});

describe('a presigned link', () => {
  test.each(['WHEN_SUPPORTED', 'WHEN_REQUIRED'] as const)('has no checksum in it (%s)', async (checksums) => {
    const { url } = await linkOf({ checksums }, 60);
    expect(url).not.toMatch(/checksum/i);
  });

  test('lives as long as asked, at most a week', async () => {
    const before = Date.now();
    const { parsed, expiresAt } = await linkOf({}, 60);
    expect(parsed.searchParams.get('X-Amz-Expires')).toBe('60');
    expect(expiresAt - before).toBeGreaterThanOrEqual(60_000);
    expect(expiresAt - Date.now()).toBeLessThanOrEqual(60_000);
    expect((await linkOf({}, 10 * WEEK_SECONDS)).parsed.searchParams.get('X-Amz-Expires')).toBe(String(WEEK_SECONDS));
  });

  test('ends with the temporary credentials that sign it', async () => {
    const endOfCredentials = Date.now() + HOUR_MS;
    stubCredentials(endOfCredentials);
    const { parsed, expiresAt } = await linkOf({ credentials: null }, WEEK_SECONDS);
    expect(parsed.searchParams.get('X-Amz-Security-Token')).toBe('token');
    expect(Number(parsed.searchParams.get('X-Amz-Expires'))).toBeLessThanOrEqual(HOUR_MS / 1000);
    expect(expiresAt).toBeLessThanOrEqual(endOfCredentials);
    expect(expiresAt).toBeGreaterThan(endOfCredentials - 10_000);
  });

  test('is not made by credentials that have expired', async () => {
    stubCredentials(Date.now() - 1000);
    await expect(linkOf({ credentials: null }, 60)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  });

  test('leads to where browsers reach the store', async () => {
    const { parsed } = await linkOf({ publicEndpoint: 'https://pictures.example:8443' }, 60);
    expect(parsed.origin + parsed.pathname).toBe('https://pictures.example:8443/pictures/a/b.png');
    const { parsed: inside, endpoint } = await linkOf({}, 60);
    expect(inside.origin).toBe(endpoint);
  });

  test('names the file that is saved, whatever the name', async () => {
    const { parsed } = await linkOf({}, 60, '所有 "x"\r\nSet-Cookie: a=b.png');
    const disposition = parsed.searchParams.get('response-content-disposition') ?? '';
    expect(disposition).toMatch(/^attachment; filename="[\x20-\x7e]+"; filename\*=UTF-8''\S+$/);
    expect(decodeURIComponent(disposition.split("''")[1] ?? '')).toContain('所有');
  });
});

withRealServer('a presigned link, at a real server', S3_TEST_VARIABLES, (environment) => {
  test('gives the bytes, also a part of them, and nothing to who changes it', async () => {
    await using store = await openS3ObjectStore(await createTestBucket(environment));
    await store.put('a b+c=d/é😀', new TextEncoder().encode('0123456789'), { contentType: 'image/png' });
    const { url = '' } = (await store.link('a b+c=d/é😀', { seconds: 60 })) ?? {};
    const whole = await fetch(url);
    expect([whole.status, whole.headers.get('content-type'), await whole.text()]).toEqual([
      200,
      'image/png',
      '0123456789',
    ]);
    const part = await fetch(url, { headers: { range: 'bytes=2-4' } });
    expect([part.status, await part.text()]).toEqual([206, '234']);
    expect((await fetch(url.replace('X-Amz-Expires=60', 'X-Amz-Expires=61'))).status).toBe(403);
    expect((await fetch(url, { method: 'DELETE' })).status).toBe(403);
  });
});
