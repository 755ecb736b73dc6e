import type { S3StoreConfig } from '../../config/s3-store.ts';
import { DarkroomError, messageOf } from '../../errors/darkroom-error.ts';

type Target = Pick<S3StoreConfig, 'bucket' | 'endpoint' | 'checksums'>;

const FULL = ['InsufficientStorage', 'QuotaExceeded', 'XMinioStorageFull'];

/** What an operator has to do, by the code of the answer. */
const REFUSALS: Record<string, (target: Target, error: unknown) => string> = {
  NoSuchBucket: ({ bucket, endpoint }) =>
    `The bucket "${bucket}" does not exist at ${endpoint ?? 'AWS'}: create it, or correct S3_BUCKET or S3_ENDPOINT`,
  InvalidBucketName: ({ bucket }) => `"${bucket}" cannot be the name of a bucket: correct S3_BUCKET`,
  InvalidAccessKeyId: unknownKey,
  XAdminUserNotFound: unknownKey,
  SignatureDoesNotMatch: () =>
    'The object store refuses the secret key: correct S3_SECRET_ACCESS_KEY, or the credentials of the AWS chain',
  ExpiredToken: () => 'The temporary credentials of the object store have expired: give new ones',
  CredentialsProviderError: () =>
    'There are no credentials for the object store: set S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY, or give the process an AWS role or profile',
  AccessDenied: ({ bucket }) =>
    `The object store does not allow this to these credentials: give them the rights on "${bucket}" that OPERATIONS.md lists ("The object store on S3")`,
  PermanentRedirect: (_, error) => elsewhere(error),
  AuthorizationHeaderMalformed: (_, error) => elsewhere(error),
  RequestTimeTooSkewed: () => "This machine's clock differs from the object store's by too much: set it",
};

/** Throws what the SDK said as the port's error. `refused` in its context tells a wrong setting from a store that is away. */
export function translateS3Error(error: unknown, target: Target): never {
  if (error instanceof DarkroomError) throw error;
  const code = codeOf(error);
  const status = statusOf(error);
  if (status === 507 || FULL.includes(code)) {
    throw new DarkroomError('DISK_FULL', 'The object store is full: free some space', { cause: error });
  }
  const sentence = REFUSALS[code]?.(target, error) ?? unnamedRefusal(error, status, target);
  if (sentence !== null) {
    throw new DarkroomError('STORE_UNAVAILABLE', sentence, { cause: error, context: { refused: true, code } });
  }
  throw new DarkroomError('STORE_UNAVAILABLE', `The object store does not answer: ${messageOf(error) || code}`, {
    cause: error,
    retryAfterSeconds: 5,
  });
}

export function statusOf(error: unknown): number | undefined {
  // The SDK hangs it on every error that came as an answer.
  const metadata: unknown = isObject(error) ? error['$metadata'] : undefined;
  const status = isObject(metadata) ? metadata['httpStatusCode'] : undefined;
  return typeof status === 'number' ? status : undefined;
}

/** The name of S3's error ("NoSuchKey"), or Node's code of a broken connection. */
export function codeOf(error: unknown): string {
  return error instanceof Error ? error.name : '';
}

/** Refusals without a name of their own: the answer to a HEAD has no body, and stores differ in what they say of checksums. */
function unnamedRefusal(error: unknown, status: number | undefined, target: Target): string | null {
  const said = `${codeOf(error)} ${messageOf(error)}`;
  if (/region is missing/i.test(said)) return 'The region of the bucket is not known: set S3_REGION';
  if (status === 401 || status === 403) return REFUSALS['AccessDenied']?.(target, error) ?? null;
  const isAboutChecksums = status === 501 || (status === 400 && /checksum|crc32|trailer|sha256|md5/i.test(said));
  if (!isAboutChecksums) return null;
  return target.checksums === 'WHEN_SUPPORTED'
    ? `The object store refuses what it does not support, perhaps checksums: set S3_CHECKSUMS=WHEN_REQUIRED (it said: ${said})`
    : `The object store does not support what is needed here: ${said}`;
}

function unknownKey(): string {
  return 'The object store does not know the access key: correct S3_ACCESS_KEY_ID, or the credentials of the AWS chain';
}

function elsewhere(error: unknown): string {
  const region = isObject(error) ? error['Region'] : undefined;
  return `The bucket lies in another region: set S3_REGION${typeof region === 'string' ? `=${region}` : ''}`;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
