import { randomUUID } from 'node:crypto';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import type { S3StoreConfig } from '../../../config/s3-store.ts';

export const S3_TEST_VARIABLES = ['S3_TEST_ENDPOINT', 'S3_TEST_ACCESS_KEY_ID', 'S3_TEST_SECRET_ACCESS_KEY'] as const;

export type S3TestEnvironment = Record<(typeof S3_TEST_VARIABLES)[number], string>;

export function s3TestConfig(environment: S3TestEnvironment, changes: Partial<S3StoreConfig> = {}): S3StoreConfig {
  return {
    kind: 's3',
    bucket: 'not-made',
    region: 'us-east-1',
    endpoint: environment.S3_TEST_ENDPOINT,
    publicEndpoint: undefined,
    pathStyle: true,
    checksums: 'WHEN_SUPPORTED',
    encryption: null,
    credentials: {
      accessKeyId: environment.S3_TEST_ACCESS_KEY_ID,
      secretAccessKey: environment.S3_TEST_SECRET_ACCESS_KEY,
    },
    ...changes,
  };
}

/** A new, empty bucket on the test server. */
export async function createTestBucket(environment: S3TestEnvironment): Promise<S3StoreConfig> {
  const config = s3TestConfig(environment, { bucket: `test-${randomUUID()}` });
  const { endpoint = '', region = '', credentials } = config;
  if (credentials === null) throw new Error('the test server has its own credentials');
  const { accessKeyId, secretAccessKey } = credentials;
  const client = new S3Client({
    endpoint,
    region,
    forcePathStyle: true,
    credentials: { accessKeyId, secretAccessKey },
  });
  await client.send(new CreateBucketCommand({ Bucket: config.bucket }));
  client.destroy();
  return config;
}
