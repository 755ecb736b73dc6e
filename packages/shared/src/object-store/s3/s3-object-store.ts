import {
  DeleteObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type PutObjectCommandInput,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import type { S3StoreConfig } from '../../config/s3-store.ts';
import { DarkroomError, isDarkroomError } from '../../errors/darkroom-error.ts';
import type { Abortable } from '../../lifecycle/abortable.ts';
import { type Clock, systemClock } from '../../time/clock.ts';
import { isValidKey } from '../object-key.ts';
import type { ObjectHead, ObjectStore } from '../object-store.ts';
import { createIfAbsent } from './create-if-absent.ts';
import { presignedLink } from './presigned-link.ts';
import { headObject, readObject } from './read-object.ts';
import { callBucket, openBucket, type S3Bucket, SILENT_MS } from './s3-bucket.ts';

const MEBIBYTE = 2 ** 20;
/** Larger bodies go up in parts, several at once; each part is repeated by itself. */
const PART_BYTES = 8 * MEBIBYTE;
const PARTS_AT_ONCE = 4;
const MULTIPART_BYTES_MIN = 16 * MEBIBYTE;
/** Assumed of an object of unknown size, for the time that reading it may take. */
const READ_BYTES = 64 * MEBIBYTE;

/**
 * The object store in an S3 bucket. Opening it asks the bucket once: a setting that cannot work is `CONFIG_INVALID` with what to do, a store that is
 * away is `STORE_UNAVAILABLE`. Later both are `STORE_UNAVAILABLE`, since rights and buckets come back without a restart.
 */
export async function openS3ObjectStore(
  config: S3StoreConfig,
  options: Abortable & { clock?: Clock; silentMs?: number } = {},
): Promise<ObjectStore> {
  const bucket = openBucket(config, options.clock ?? systemClock, options.silentMs ?? SILENT_MS);
  const store = storeIn(bucket);
  try {
    await callBucket(bucket, options.signal, (abortSignal) =>
      bucket.client.send(new ListObjectsV2Command({ Bucket: config.bucket, MaxKeys: 1 }), { abortSignal }),
    );
    return store;
  } catch (error) {
    await store[Symbol.asyncDispose]();
    if (!isDarkroomError(error) || error.context['refused'] !== true) throw error;
    throw new DarkroomError('CONFIG_INVALID', error.message, { cause: error });
  }
}

function storeIn(bucket: S3Bucket): ObjectStore {
  const { client, signer, config } = bucket;
  const call = async <T>(
    signal: AbortSignal | undefined,
    run: (abortSignal: AbortSignal) => Promise<T>,
    bytes?: number,
  ): Promise<T> => await callBucket(bucket, signal, run, bytes);
  return {
    bucket: config.bucket,
    async put(key, body, { contentType, signal }) {
      const input = inputOf(config, key, { body, contentType });
      await call(signal, (abortSignal) => upload(bucket, input, abortSignal), body.length);
    },
    async create(key, body, { contentType, signal }) {
      const input = inputOf(config, key, { body, contentType });
      return await call(signal, (abortSignal) => createIfAbsent(bucket, input, abortSignal), body.length);
    },
    async get(key, { signal, range } = {}) {
      signal?.throwIfAborted();
      if (!isValidKey(key)) return null;
      return await call(signal, (abortSignal) => readObject(bucket, key, range, abortSignal), READ_BYTES);
    },
    async head(key, { signal } = {}) {
      signal?.throwIfAborted();
      return isValidKey(key) ? await call(signal, (abortSignal) => headObject(bucket, key, abortSignal)) : null;
    },
    list: (prefix, options = {}) => listObjects(bucket, prefix, options.signal),
    async delete(key, { signal } = {}) {
      signal?.throwIfAborted();
      if (!isValidKey(key)) return;
      const command = new DeleteObjectCommand({ Bucket: config.bucket, Key: key });
      await call(signal, (abortSignal) => client.send(command, { abortSignal }));
    },
    async link(key, { signal, ...options }) {
      signal?.throwIfAborted();
      return isValidKey(key) ? await call(signal, () => presignedLink(bucket, key, options)) : null;
    },
    async [Symbol.asyncDispose]() {
      client.destroy();
      signer.destroy();
    },
  };
}

function inputOf(config: S3StoreConfig, key: string, object: { body: Uint8Array; contentType: string }) {
  if (!isValidKey(key)) throw new DarkroomError('INTERNAL', `"${key}" is not a valid object key`);
  const { encryption } = config;
  const keyId = encryption?.algorithm === 'aws:kms' ? encryption.keyId : undefined;
  return {
    Bucket: config.bucket,
    Key: key,
    Body: object.body,
    ContentType: object.contentType,
    ...(encryption ? { ServerSideEncryption: encryption.algorithm } : {}),
    ...(keyId === undefined ? {} : { SSEKMSKeyId: keyId }),
  } satisfies PutObjectCommandInput;
}

async function upload(
  { client }: S3Bucket,
  params: PutObjectCommandInput & { Body: Uint8Array },
  abortSignal: AbortSignal,
): Promise<void> {
  if (params.Body.length < MULTIPART_BYTES_MIN) {
    await client.send(new PutObjectCommand(params), { abortSignal });
    return;
  }
  const uploading = new Upload({ client, params, partSize: PART_BYTES, queueSize: PARTS_AT_ONCE });
  const abort = () => void uploading.abort();
  abortSignal.addEventListener('abort', abort);
  try {
    await uploading.done();
  } finally {
    abortSignal.removeEventListener('abort', abort);
  }
}

async function* listObjects(
  bucket: S3Bucket,
  prefix: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<ObjectHead & { key: string }> {
  let next: string | undefined;
  do {
    const command = new ListObjectsV2Command({
      Bucket: bucket.config.bucket,
      Prefix: prefix,
      ...(next === undefined ? {} : { ContinuationToken: next }),
    });
    const page = await callBucket(bucket, signal, (abortSignal) => bucket.client.send(command, { abortSignal }));
    for (const { Key: key = '', Size, ETag, LastModified } of page.Contents ?? []) {
      signal?.throwIfAborted();
      // What else lies in the bucket, a console's folder marks say, is not ours.
      if (!isValidKey(key)) continue;
      yield { key, size: Size ?? 0, etag: ETag ?? '', lastModified: LastModified?.getTime() ?? 0 };
    }
    next = page.NextContinuationToken;
  } while (next !== undefined);
}
