import type { Job } from '@darkroom/shared/schemas/job';

/** The request of a job as a curl command for a POSIX shell. */
export function curlOf(
  { generation_settings, metadata }: Pick<Job, 'generation_settings' | 'metadata'>,
  origin: string,
): string {
  const body = JSON.stringify({ generation_settings, ...(Object.keys(metadata).length > 0 ? { metadata } : {}) });
  const quoted = body.replaceAll("'", "'\\''");
  return `curl -X POST ${origin}/images/ -H 'Content-Type: application/json' -d '${quoted}'`;
}
