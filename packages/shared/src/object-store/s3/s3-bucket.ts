import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import type { S3StoreConfig } from '../../config/s3-store.ts';
import type { Clock } from '../../time/clock.ts';
import { translateS3Error } from './translate-s3-error.ts';

/** What the parts of the adapter share: one bucket, reached by one client. */
export type S3Bucket = {
  config: S3StoreConfig;
  client: S3Client;
  /** Signs only: its endpoint is the one that browsers reach, and no checksum gets into its URLs. */
  signer: S3Client;
  clock: Clock;
};

/** A server that is there answers within these; one that hangs is given up. */
const CONNECT_MS = 2000;
export const SILENT_MS = 5000;
/** The whole of a call, with the SDK's retries; large bodies get the time that a slow line needs. */
const CALL_MS = 20_000;
const BYTES_A_MS_MIN = 256;
/** In all, with the first. */
const ATTEMPTS = 3;

export function openBucket(config: S3StoreConfig, clock: Clock, silentMs: number): S3Bucket {
  const common: S3ClientConfig = {
    ...(config.region === undefined ? {} : { region: config.region }),
    ...(config.credentials === null ? {} : { credentials: config.credentials }),
    forcePathStyle: config.pathStyle,
    maxAttempts: ATTEMPTS,
    requestHandler: { connectionTimeout: CONNECT_MS, socketTimeout: silentMs },
  };
  const client = new S3Client({
    ...common,
    ...endpointOf(config.endpoint),
    requestChecksumCalculation: config.checksums,
    responseChecksumValidation: config.checksums,
  });
  const signer = new S3Client({
    ...common,
    ...endpointOf(config.publicEndpoint ?? config.endpoint),
    // One chain of credentials, so that both know of one expiry.
    credentials: client.config.credentials,
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  });
  return { config, client, signer, clock };
}

/** One call of the port: bounded in time, ended by its caller's signal with that signal's reason, its errors the port's. */
export async function callBucket<T>(
  { config }: S3Bucket,
  signal: AbortSignal | undefined,
  run: (abortSignal: AbortSignal) => Promise<T>,
  bytes = 0,
): Promise<T> {
  signal?.throwIfAborted();
  const deadline = new AbortController();
  const limitMs = CALL_MS + Math.ceil(bytes / BYTES_A_MS_MIN);
  const timer = setTimeout(() => deadline.abort(new Error(`no end after ${limitMs} ms`)), limitMs);
  try {
    return await run(signal ? AbortSignal.any([signal, deadline.signal]) : deadline.signal);
  } catch (error) {
    signal?.throwIfAborted();
    return translateS3Error(deadline.signal.aborted ? deadline.signal.reason : error, config);
  } finally {
    clearTimeout(timer);
  }
}

function endpointOf(endpoint: string | undefined): S3ClientConfig {
  return endpoint === undefined ? {} : { endpoint };
}
