import { randomUUID } from 'node:crypto';
import { HeadObjectCommand, PutObjectCommand, type PutObjectCommandInput } from '@aws-sdk/client-s3';
import { delay } from '../../lifecycle/delay.ts';
import type { S3Bucket } from './s3-bucket.ts';
import { statusOf } from './translate-s3-error.ts';

/** Metadata of every created object: which call it was that made it. */
const CREATED_BY = 'created-by';
const CONFLICT_WAIT_MS = { first: 50, last: 2000 };
const CONFLICTS_MAX = 8;

/**
 * Creates by `If-None-Match: *`. What the answer leaves open is settled by reading: the SDK repeats a request whose answer was lost, and
 * then gets 412 against its own write, as does whoever sits between and repeats it. So each call marks its object, and it
 * won if the object that stands has its mark. 409 says that another write of the key is under way, and decides nothing.
 */
export async function createIfAbsent(
  bucket: S3Bucket,
  input: PutObjectCommandInput,
  abortSignal: AbortSignal,
): Promise<boolean> {
  const mark = randomUUID();
  const command = { ...input, IfNoneMatch: '*', Metadata: { [CREATED_BY]: mark } };
  for (let conflicts = 0; ; conflicts += 1) {
    try {
      await bucket.client.send(new PutObjectCommand(command), { abortSignal });
      return true;
    } catch (error) {
      const status = statusOf(error);
      if (status !== 409 || conflicts >= CONFLICTS_MAX)
        return await settle(bucket, { input, mark, error }, abortSignal);
    }
    const waitMs = Math.min(CONFLICT_WAIT_MS.first * 2 ** conflicts, CONFLICT_WAIT_MS.last);
    await delay(waitMs * (0.5 + Math.random() / 2), { signal: abortSignal });
  }
}

type Open = { input: PutObjectCommandInput; mark: string; error: unknown };

/** Throws the error again where nothing was written, or where even reading does not tell. */
async function settle(bucket: S3Bucket, { input, mark, error }: Open, abortSignal: AbortSignal): Promise<boolean> {
  const status = statusOf(error);
  const isTaken = status === 412;
  if (abortSignal.aborted || (isRefusal(status) && !isTaken)) throw error;
  const head = new HeadObjectCommand({ Bucket: input.Bucket, Key: input.Key });
  try {
    const { Metadata } = await bucket.client.send(head, { abortSignal });
    return Metadata?.[CREATED_BY] === mark;
  } catch (unread) {
    // It was taken, and has been deleted since.
    if (isTaken && statusOf(unread) === 404) return false;
    throw error;
  }
}

/** An answer by which surely nothing was written. Of the client's faults, 408 (too slow) and 409 (in conflict) leave it open. */
function isRefusal(status: number | undefined): boolean {
  return status === 501 || (status !== undefined && status >= 400 && status < 500 && status !== 408 && status !== 409);
}
