import { GetObjectCommand } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { DarkroomError } from '../../errors/darkroom-error.ts';
import { attachment } from '../content-disposition.ts';
import type { S3Bucket } from './s3-bucket.ts';

/** The longest that S3 takes: seven days. */
const SECONDS_MAX = 604_800;

/** A URL to read one object, which ends no later than the credentials that sign it: S3 refuses it from then on. */
export async function presignedLink(
  { config, signer, clock }: S3Bucket,
  key: string,
  { seconds, downloadName }: { seconds: number; downloadName?: string | undefined },
): Promise<{ url: string; expiresAt: number }> {
  const command = new GetObjectCommand({
    Bucket: config.bucket,
    Key: key,
    ...(downloadName === undefined ? {} : { ResponseContentDisposition: attachment(downloadName) }),
  });
  const signedAt = clock.now();
  const endOfCredentials = async () =>
    (await signer.config.credentials()).expiration?.getTime() ?? Number.POSITIVE_INFINITY;
  const asked = signedAt + Math.min(seconds, SECONDS_MAX) * 1000;
  const expiresAt = Math.min(asked, await endOfCredentials());
  // Counted down to whole seconds, since a URL's life is told in those.
  const expiresIn = Math.floor((expiresAt - signedAt) / 1000);
  if (expiresIn < 1) {
    throw new DarkroomError('STORE_UNAVAILABLE', 'The temporary credentials of the object store have expired');
  }
  const url = await getSignedUrl(signer, command, { expiresIn, signingDate: new Date(signedAt) });
  // The chain may have renewed them in between: whichever signed, the earlier end holds for both.
  return { url, expiresAt: Math.min(signedAt + expiresIn * 1000, await endOfCredentials()) };
}
