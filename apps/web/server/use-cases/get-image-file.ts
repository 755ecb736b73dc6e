import { DarkroomError } from '@darkroom/shared/errors/darkroom-error';
import { attachment } from '@darkroom/shared/object-store/content-disposition';
import type { JobRecord } from '@darkroom/shared/read-model/job-record';
import type { Picture } from '@darkroom/shared/schemas/events';
import { isFinished } from '@darkroom/shared/schemas/job';
import { matchesAny, rangeOf } from '../http/byte-range.ts';
import { downloadName } from '../http/download-name.ts';
import { afterCatchingUp, awaitPositions, findJob, IMAGE_NOT_FOUND, jobIdOf } from '../reads/find-job.ts';
import type { WebRuntime } from '../runtime.ts';
import type { ReadOptions } from './get-image.ts';

export type FileOptions = ReadOptions & {
  download: boolean;
  headersOnly: boolean;
  /** Of the request: `Range`, `If-Range`, `If-None-Match`. */
  headers: Headers;
};
export type FileAnswer = { status: number; headers: Record<string, string>; body: Uint8Array | null };

const LINK_SECONDS = 900;
const YEAR_SECONDS = 31_536_000;

/** A picture's bytes, or the way to them where the store has links of its own. */
export async function getImageFile(
  runtime: WebRuntime,
  id: string,
  index: string,
  options: FileOptions,
): Promise<FileAnswer> {
  const jobId = jobIdOf(id);
  await awaitPositions(runtime, options.after, options);
  const { record, picture } = await findPicture(runtime, jobId, index, options.signal);
  const etag = `"${picture.sha256}"`;
  const headers = { ...cachingOf(record), etag };
  if (matchesAny(options.headers.get('if-none-match'), etag)) return { status: 304, headers, body: null };
  const name = options.download ? downloadName(record.generationSettings.prompt, jobId, picture.index) : undefined;
  // A link is signed for GET: a HEAD that followed it would be refused.
  const link = options.headersOnly
    ? null
    : await runtime.store.link(picture.key, { seconds: LINK_SECONDS, downloadName: name, signal: options.signal });
  if (link) return { status: 302, headers: { location: link.url, 'cache-control': 'private, no-store' }, body: null };
  const disposition = name === undefined ? {} : { 'content-disposition': attachment(name) };
  return await bytesOf(runtime, picture, { ...headers, ...disposition }, options);
}

async function findPicture(runtime: WebRuntime, jobId: string, index: string, signal: AbortSignal) {
  const number = /^\d{1,4}$/.test(index) ? Number(index) : -1;
  const among = (record: JobRecord | null) => {
    const picture = record?.pictures.find((each) => each.index === number);
    return record && picture ? { record, picture } : null;
  };
  const record = await findJob(runtime, jobId, { signal });
  const isSettled = isFinished(record.status) || number < 0;
  // Another replica may have said that the job is completed before this one knows.
  const later = () => among(runtime.reader.job(jobId));
  const found = among(record) ?? (isSettled ? null : await afterCatchingUp(runtime, later, { signal }));
  if (found !== null) return found;
  throw new DarkroomError('NOT_FOUND', IMAGE_NOT_FOUND);
}

/** The pictures of a completed job never change; those kept from a cancelled one are replaced when it is replayed. */
function cachingOf({ status }: JobRecord): Record<string, string> {
  return {
    'cache-control': status === 'completed' ? `private, max-age=${YEAR_SECONDS}, immutable` : 'private, no-cache',
  };
}

async function bytesOf(
  { store }: WebRuntime,
  { key }: Picture,
  headers: Record<string, string>,
  { headers: asked, headersOnly, signal }: FileOptions,
): Promise<FileAnswer> {
  const size = (await store.head(key, { signal }))?.size;
  if (size === undefined) throw new DarkroomError('NOT_FOUND', 'The picture is no longer in the object store');
  const ifRange = asked.get('if-range');
  const wanted =
    ifRange === null || ifRange === headers['etag'] ? rangeOf(asked.get('range'), size) : rangeOf(null, size);
  if (wanted.kind === 'unsatisfiable') {
    throw new DarkroomError('RANGE_NOT_SATISFIABLE', `The picture has ${size} bytes`, {
      context: { headers: { 'content-range': `bytes */${size}`, 'accept-ranges': 'bytes' } },
    });
  }
  const range = wanted.kind === 'part' ? wanted.range : undefined;
  const length = range ? range.end - range.start + 1 : size;
  return {
    status: range ? 206 : 200,
    headers: {
      ...headers,
      'content-type': 'image/png',
      'content-length': String(length),
      'accept-ranges': 'bytes',
      'x-content-type-options': 'nosniff',
      ...(range ? { 'content-range': `bytes ${range.start}-${range.end}/${size}` } : {}),
    },
    body: headersOnly ? null : ((await store.get(key, { signal, range }))?.body ?? new Uint8Array()),
  };
}
