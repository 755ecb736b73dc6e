import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { facts, settle, storePicture } from '../testing/events.ts';
import { startWebRig, until, type WebRig } from '../testing/web-rig.ts';

const BYTES = new Uint8Array(100).map((_, place) => place);
let rig: WebRig;
let id: string;
let path: string;
let emptyPath: string;
beforeAll(async () => {
  rig = await startWebRig();
  id = await completedJob('所有/😀 DALL·E "x"\r\nSet-Cookie: a=b');
  path = `/images/${id}/files/0`;
  emptyPath = `/images/${id}/files/1`;
});
afterAll(async () => {
  await rig[Symbol.asyncDispose]();
});

async function completedJob(prompt: string): Promise<string> {
  const { log, store } = rig.runtime;
  const { id: jobId } = await rig.submit({ prompt });
  const pictures = [await storePicture(store, jobId, 0, BYTES), await storePicture(store, jobId, 1, new Uint8Array())];
  await settle(log, store, facts.completed(jobId, pictures));
  await until(async () => (await rig.job(jobId)).status === 'completed');
  return jobId;
}

const get = (address: string, headers: Record<string, string> = {}, method = 'GET') =>
  rig.call(address, { method, headers });

describe('ranges', () => {
  test.each([
    ['bytes=0-', 206, 0, 99],
    ['bytes=0-0', 206, 0, 0],
    ['bytes=-1', 206, 99, 99],
    ['bytes=-999999', 206, 0, 99],
    ['bytes=50-', 206, 50, 99],
    ['bytes=50-999999', 206, 50, 99],
    ['Bytes=1-2', 206, 1, 2],
    ['bytes=5-2', 200, 0, 99],
    ['bytes=0-1,4-5', 200, 0, 99],
    ['bytes=x-y', 200, 0, 99],
    ['bytes=', 200, 0, 99],
    ['lines=0-1', 200, 0, 99],
  ])('%s of a picture is %i', async (range, status, first, last) => {
    const response = await get(path, { range });
    expect(response.status).toBe(status);
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(BYTES.slice(first, last + 1));
    expect(response.headers.get('content-length')).toBe(String(last - first + 1));
    expect(response.headers.get('content-range')).toBe(status === 206 ? `bytes ${first}-${last}/100` : null);
    expect(response.headers.get('accept-ranges')).toBe('bytes');
  });

  test.each(['bytes=100-', 'bytes=999999-', 'bytes=-0', 'bytes=100-,200-300'])(
    '%s cannot be satisfied',
    async (range) => {
      const response = await get(path, { range });
      expect([response.status, response.headers.get('content-range')]).toEqual([416, 'bytes */100']);
    },
  );

  test.each(['bytes=0-', 'bytes=0-0', 'bytes=-1', 'bytes=-999999'])('%s of an empty object is 416', async (range) => {
    const response = await get(emptyPath, { range });
    expect([response.status, response.headers.get('content-range')]).toEqual([416, 'bytes */0']);
  });

  test('an empty object whole is 200 with no bytes', async () => {
    for (const headers of [{}, { range: 'bytes=5-2' }, { range: 'bytes=0-1,x' }]) {
      const response = await get(emptyPath, headers);
      expect([response.status, (await response.arrayBuffer()).byteLength]).toEqual([200, 0]);
    }
  });

  test('If-Range with another tag gives the whole', async () => {
    const etag = (await get(path)).headers.get('etag') ?? '';
    expect((await get(path, { range: 'bytes=0-1', 'if-range': '"other"' })).status).toBe(200);
    expect((await get(path, { range: 'bytes=0-1', 'if-range': etag })).status).toBe(206);
  });
});

describe('a picture', () => {
  test('is a PNG that may be kept for ever by its reader alone', async () => {
    const response = await get(path);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'image/png',
      'cache-control': 'private, max-age=31536000, immutable',
      'x-content-type-options': 'nosniff',
      etag: `"${(await rig.job(id)).images[0]?.sha256}"`,
    });
    expect(response.headers.has('content-disposition')).toBe(false);
  });

  test('is not sent again to who has it', async () => {
    const etag = (await get(path)).headers.get('etag') ?? '';
    for (const header of [etag, `W/${etag}`, `"a", ${etag}`, '*']) {
      const response = await get(path, { 'if-none-match': header });
      expect([response.status, await response.text(), response.headers.get('etag')]).toEqual([304, '', etag]);
    }
    expect((await get(path, { 'if-none-match': '"other"' })).status).toBe(200);
  });

  test('HEAD has the headers and no bytes', async () => {
    const response = await get(path, {}, 'HEAD');
    expect([response.status, response.headers.get('content-length'), await response.text()]).toEqual([200, '100', '']);
  });

  test('answers image_url of the job, in both forms', async () => {
    const url = (await rig.job(id)).image_url ?? '';
    expect(url).toBe(`http://localhost:8000${path}`);
    for (const form of [url, `${url}/`]) expect((await get(form)).status).toBe(200);
  });

  test.each(['2', '-1', '01x', '99999', '%2e%2e%2fx', '..%5c..%5cx', '0%00'])('file %s is 404', async (index) => {
    expect((await get(`/images/${id}/files/${index}`)).status).toBe(404);
  });

  test('a job that is not done has none', async () => {
    const { id: waiting } = await rig.submit();
    expect((await get(`/images/${waiting}/files/0`)).status).toBe(404);
  });

  test('that another replica completed is waited for', async () => {
    const { log, store } = rig.runtime;
    const { id: jobId } = await rig.submit();
    rig.projection.pause();
    const picture = await storePicture(store, jobId, 0, BYTES);
    await settle(log, store, facts.completed(jobId, [picture]));
    const answer = get(`/images/${jobId}/files/0`);
    rig.projection.resume();
    expect((await answer).status).toBe(200);
  });

  test('lies elsewhere where the store has links', async () => {
    await using linked = await startWebRig({
      data: rig.data,
      replace: (runtime) => ({
        ...runtime,
        store: {
          ...runtime.store,
          link: async (key, { downloadName }) => ({
            url: `https://s3.example/${key}?name=${downloadName}`,
            expiresAt: 0,
          }),
        },
      }),
    });
    const response = await linked.call(path);
    expect([response.status, response.headers.get('cache-control')]).toEqual([302, 'private, no-store']);
    expect(response.headers.get('location')).toMatch(/^https:\/\/s3\.example\/jobs\//);
    const head = await linked.call(path, { method: 'HEAD' });
    expect([head.status, head.headers.get('content-length'), head.headers.get('location')]).toEqual([200, '100', null]);
    const etag = head.headers.get('etag') ?? '';
    expect((await linked.call(path, { headers: { 'if-none-match': etag } })).status).toBe(304);
  });
});

describe('a download', () => {
  test.each([
    '所有/😀 DALL·E.png',
    'a"b.png',
    'x\r\nSet-Cookie: a=b',
    '👩‍👩‍👧‍👦'.repeat(100),
    '😀'.repeat(100),
    '...',
    '/etc/passwd',
    'a\u202egnp.exe',
    '%2e%2e\\x',
    'n',
  ])('of the prompt %j has a name of at most 255 bytes that every system takes', async (prompt) => {
    const jobId = await completedJob(prompt);
    const response = await get(`/images/${jobId}/files/0?download`);
    expect(response.status).toBe(200);
    const disposition = response.headers.get('content-disposition') ?? '';
    const [, ascii, encoded] =
      /^attachment; filename="([\x20-\x7e]*)"; filename\*=UTF-8''(\S+)$/.exec(disposition) ?? [];
    const name = decodeURIComponent(encoded ?? '');
    expect(Buffer.byteLength(name)).toBeLessThanOrEqual(255);
    expect(name).toMatch(new RegExp(`${jobId}-0\\.png$`));
    expect(name).not.toMatch(/[/\\:*?"<>|\r\n\u202e]|^\./);
    expect(name.isWellFormed()).toBe(true);
    expect(ascii).toMatch(/\.png$/);
    if (prompt.startsWith('👩')) expect(name.split(' ')[0]).toMatch(/^(👩‍👩‍👧‍👦)+$/u);
  });
});
