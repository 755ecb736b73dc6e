import {
  GetObjectCommand,
  type GetObjectCommandOutput,
  HeadObjectCommand,
  ListObjectsV2Command,
} from '@aws-sdk/client-s3';
import type { ByteRange, ObjectHead, StoredObject } from '../object-store.ts';
import type { S3Bucket } from './s3-bucket.ts';
import { codeOf, statusOf } from './translate-s3-error.ts';

/** A body that broke off is asked for again; the SDK itself repeats only what fails before the headers. */
const READS = 3;

export async function headObject(bucket: S3Bucket, key: string, abortSignal: AbortSignal): Promise<ObjectHead | null> {
  const command = new HeadObjectCommand({ Bucket: bucket.config.bucket, Key: key });
  try {
    const found = await bucket.client.send(command, { abortSignal });
    return headFrom(found, found.ContentLength ?? 0);
  } catch (error) {
    if (!isMissing(error)) throw error;
    await requireBucket(bucket, abortSignal);
    return null;
  }
}

/** The answer to a HEAD has no body to tell a missing bucket from a missing object; a listing's has. */
async function requireBucket({ client, config }: S3Bucket, abortSignal: AbortSignal): Promise<void> {
  await client.send(new ListObjectsV2Command({ Bucket: config.bucket, MaxKeys: 1 }), { abortSignal });
}

export async function readObject(
  bucket: S3Bucket,
  key: string,
  range: ByteRange | undefined,
  abortSignal: AbortSignal,
): Promise<StoredObject | null> {
  const Range = range && `bytes=${range.start}-${Number.isSafeInteger(range.end) ? range.end : ''}`;
  for (let reads = 1; ; reads += 1) {
    const command = new GetObjectCommand({ Bucket: bucket.config.bucket, Key: key, ...(Range ? { Range } : {}) });
    let response: GetObjectCommandOutput;
    try {
      response = await bucket.client.send(command, { abortSignal });
    } catch (error) {
      if (isMissing(error)) return null;
      // The range begins beyond the object, or the object is empty.
      if (statusOf(error) === 416) return await emptyPart(bucket, key, abortSignal);
      throw error;
    }
    try {
      return partOf(response, (await response.Body?.transformToByteArray()) ?? new Uint8Array(), range);
    } catch (error) {
      if (reads >= READS || abortSignal.aborted) throw error;
    }
  }
}

/** A range that ends before it begins is ignored, and some stores ignore all: the whole comes, and the part is cut here. */
function partOf(response: GetObjectCommandOutput, body: Uint8Array, range: ByteRange | undefined): StoredObject {
  const total = /\/(\d+)$/.exec(response.ContentRange ?? '')?.[1];
  if (total !== undefined) return { ...headFrom(response, Number(total)), body };
  return { ...headFrom(response, body.length), body: range ? body.subarray(range.start, range.end + 1) : body };
}

async function emptyPart(bucket: S3Bucket, key: string, abortSignal: AbortSignal): Promise<StoredObject | null> {
  const head = await headObject(bucket, key, abortSignal);
  return head && { ...head, body: new Uint8Array() };
}

function headFrom(found: { ETag?: string | undefined; LastModified?: Date | undefined }, size: number): ObjectHead {
  return { size, etag: found.ETag ?? '', lastModified: found.LastModified?.getTime() ?? 0 };
}

/** By its name, not by 404 alone: a missing bucket answers so as well, and some stores do for unknown credentials. */
function isMissing(error: unknown): boolean {
  return statusOf(error) === 404 && ['NoSuchKey', 'NotFound'].includes(codeOf(error));
}
