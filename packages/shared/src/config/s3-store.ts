import { z } from 'zod';
import { DarkroomError } from '../errors/darkroom-error.ts';
import { addressOf } from './address.ts';

/** An S3 bucket, on AWS or on anything that speaks its protocol. */
export type S3StoreConfig = {
  kind: 's3';
  bucket: string;
  /** Undefined: as the AWS chain says (`AWS_REGION`, profile). */
  region: string | undefined;
  /** Undefined: AWS itself. */
  endpoint: string | undefined;
  /** By which browsers reach the store; in presigned URLs only. */
  publicEndpoint: string | undefined;
  /** `endpoint/bucket/key` instead of `bucket.endpoint/key`. */
  pathStyle: boolean;
  checksums: 'WHEN_SUPPORTED' | 'WHEN_REQUIRED';
  encryption: { algorithm: 'AES256' } | { algorithm: 'aws:kms'; keyId: string | undefined } | null;
  /** Null: the AWS chain, by which alone temporary credentials come, since it knows their end (environment, profile, web identity, container, instance). */
  credentials: { accessKeyId: string; secretAccessKey: string } | null;
};

const url = addressOf(/^https?:$/, 'an http(s) URL').optional();
const flag = z.enum(['true', 'false'], 'must be true or false').optional();

export const s3Environment = {
  S3_BUCKET: z.string().optional(),
  S3_REGION: z.string().optional(),
  S3_ENDPOINT: url,
  S3_PUBLIC_ENDPOINT: url,
  S3_FORCE_PATH_STYLE: flag,
  S3_CHECKSUMS: z
    .enum(['WHEN_SUPPORTED', 'WHEN_REQUIRED'], 'must be WHEN_SUPPORTED or WHEN_REQUIRED')
    .default('WHEN_SUPPORTED'),
  S3_SSE: z.enum(['AES256', 'aws:kms'], 'must be AES256 or aws:kms').optional(),
  S3_SSE_KMS_KEY_ID: z.string().optional(),
  S3_ACCESS_KEY_ID: z.string().optional(),
  S3_SECRET_ACCESS_KEY: z.string().optional(),
};

type S3Variables = z.infer<z.ZodObject<typeof s3Environment>>;

/** Null where the store is another one; then none of its variables may be set, since somebody would wait in vain for pictures there. */
export function s3StoreConfig(kind: 'folder' | 's3', given: S3Variables): S3StoreConfig | null {
  if (kind === 'folder') {
    if (given.S3_BUCKET === undefined) return null;
    throw invalid('S3_BUCKET is set, but pictures would go to a folder: set OBJECT_STORE=s3 too, or remove S3_BUCKET');
  }
  if (given.S3_BUCKET === undefined) throw invalid('OBJECT_STORE=s3 needs the name of a bucket: set S3_BUCKET');
  return {
    kind: 's3',
    bucket: given.S3_BUCKET,
    // Stores that are not AWS take any region, and the signature needs one.
    region: given.S3_REGION ?? (given.S3_ENDPOINT === undefined ? undefined : 'us-east-1'),
    endpoint: given.S3_ENDPOINT,
    publicEndpoint: given.S3_PUBLIC_ENDPOINT,
    pathStyle:
      given.S3_FORCE_PATH_STYLE === undefined ? given.S3_ENDPOINT !== undefined : given.S3_FORCE_PATH_STYLE === 'true',
    checksums: given.S3_CHECKSUMS,
    encryption: encryptionOf(given),
    credentials: credentialsOf(given),
  };
}

function encryptionOf({ S3_SSE, S3_SSE_KMS_KEY_ID }: S3Variables): S3StoreConfig['encryption'] {
  if (S3_SSE === 'aws:kms') return { algorithm: S3_SSE, keyId: S3_SSE_KMS_KEY_ID };
  if (S3_SSE_KMS_KEY_ID !== undefined) throw invalid('S3_SSE_KMS_KEY_ID is only used with S3_SSE=aws:kms: set both');
  return S3_SSE === undefined ? null : { algorithm: S3_SSE };
}

function credentialsOf(given: S3Variables): S3StoreConfig['credentials'] {
  const { S3_ACCESS_KEY_ID: accessKeyId, S3_SECRET_ACCESS_KEY: secretAccessKey } = given;
  if (accessKeyId !== undefined && secretAccessKey !== undefined) return { accessKeyId, secretAccessKey };
  if (accessKeyId === undefined && secretAccessKey === undefined) return null;
  throw invalid(
    'S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY belong together: set both, or neither to use the credentials of the AWS chain',
  );
}

function invalid(sentence: string): DarkroomError {
  return new DarkroomError('CONFIG_INVALID', `The configuration is invalid. ${sentence}`);
}
