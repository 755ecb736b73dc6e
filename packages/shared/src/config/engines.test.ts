import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { enginesConfig, enginesEnvironment } from './engines.ts';
import { type Environment, parseEnvironment } from './parse-environment.ts';

const storeOf = (environment: Environment) =>
  enginesConfig(parseEnvironment(enginesEnvironment, environment)).objectStore;

describe('the object store', () => {
  test('is a folder unless told otherwise', () => {
    const folder = resolve('data', 'objects');
    expect(storeOf({ DARKROOM_DATA: 'data' })).toEqual({ kind: 'folder', folder });
    expect(storeOf({ DARKROOM_DATA: 'data', OBJECT_STORE: 'folder', S3_BUCKET: '' })).toEqual({
      kind: 'folder',
      folder,
    });
  });

  test('is a bucket on AWS, with what the AWS chain knows', () => {
    expect(storeOf({ OBJECT_STORE: 's3', S3_BUCKET: 'pictures' })).toEqual({
      kind: 's3',
      bucket: 'pictures',
      region: undefined,
      endpoint: undefined,
      publicEndpoint: undefined,
      pathStyle: false,
      checksums: 'WHEN_SUPPORTED',
      encryption: null,
      credentials: null,
    });
  });

  test('is a bucket anywhere else, by path and in any region', () => {
    const elsewhere = storeOf({ OBJECT_STORE: 's3', S3_BUCKET: 'pictures', S3_ENDPOINT: 'http://127.0.0.1:9001' });
    expect(elsewhere).toMatchObject({ endpoint: 'http://127.0.0.1:9001', pathStyle: true, region: 'us-east-1' });
    const named = { S3_FORCE_PATH_STYLE: 'false', S3_REGION: 'fr-par', S3_PUBLIC_ENDPOINT: 'https://s3.example' };
    expect(storeOf({ OBJECT_STORE: 's3', S3_BUCKET: 'b', S3_ENDPOINT: 'https://s3.internal', ...named })).toMatchObject(
      { pathStyle: false, region: 'fr-par', publicEndpoint: 'https://s3.example' },
    );
  });

  test('is encrypted as asked', () => {
    const bucket = { OBJECT_STORE: 's3', S3_BUCKET: 'b' };
    expect(storeOf({ ...bucket, S3_SSE: 'AES256' })).toMatchObject({ encryption: { algorithm: 'AES256' } });
    expect(storeOf({ ...bucket, S3_SSE: 'aws:kms', S3_SSE_KMS_KEY_ID: 'alias/x' })).toMatchObject({
      encryption: { algorithm: 'aws:kms', keyId: 'alias/x' },
    });
  });

  test.each<[Environment, RegExp]>([
    [{ OBJECT_STORE: 's3' }, /set S3_BUCKET/],
    [{ S3_BUCKET: 'b' }, /set OBJECT_STORE=s3 too, or remove S3_BUCKET/],
    [{ OBJECT_STORE: 'minio' }, /OBJECT_STORE: must be folder or s3/],
    [{ OBJECT_STORE: 's3', S3_BUCKET: 'b', S3_ACCESS_KEY_ID: 'a' }, /set both, or neither/],
    [{ OBJECT_STORE: 's3', S3_BUCKET: 'b', S3_SECRET_ACCESS_KEY: 'a' }, /set both, or neither/],
    [
      { OBJECT_STORE: 's3', S3_BUCKET: 'b', S3_ENDPOINT: 'http://user:secret@store' },
      /S3_ENDPOINT.*without user, password/,
    ],
    [{ OBJECT_STORE: 's3', S3_BUCKET: 'b', S3_SSE: 'AES256', S3_SSE_KMS_KEY_ID: 'k' }, /S3_SSE=aws:kms/],
    [{ OBJECT_STORE: 's3', S3_BUCKET: 'b', S3_ENDPOINT: 'localhost:9000' }, /S3_ENDPOINT: must be an http\(s\) URL/],
    [{ OBJECT_STORE: 's3', S3_BUCKET: 'b', S3_CHECKSUMS: 'never' }, /WHEN_SUPPORTED or WHEN_REQUIRED/],
    [{ OBJECT_STORE: 's3', S3_BUCKET: 'b', S3_FORCE_PATH_STYLE: '1' }, /must be true or false/],
  ])('refuses %j', (environment, sentence) => {
    expect(() => storeOf(environment)).toThrow(sentence);
  });
});
