import { createHash } from 'node:crypto';
import type { ResolvedSettings } from '@darkroom/shared/schemas/resolved-settings';
import { decode } from 'fast-png';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Answer, linesOf, post, requestOf } from './contract-client.ts';
import { healthAnswer, modelsAnswer } from './generate.ts';

/** A running service; its engine process can be killed from outside. */
type ServiceUnderTest = AsyncDisposable & { url: string; readonly engineProcessId: number | undefined };

export type GenerateContract = {
  /** Starts a service with a model `demo` that waits at most `busyWaitMs` for its turn, and `silentMs` for a sign of life. */
  start(options: { busyWaitMs: number; silentMs: number }): Promise<ServiceUnderTest>;
  /** Settings of a rendering with many steps that takes some seconds. */
  slow: Partial<ResolvedSettings>;
  /** The least likeness in dB of one picture made alone and in a batch; infinite where they must be equal. */
  batchPsnrMin: number;
};

/** Longer than a job of two steps takes on a machine that has other things to do. */
const BUSY_WAIT_MS = 2000;
const SILENT_MS = 6000;

/** What every implementation of the protocol between sidecar and diffusion service does. */
export function describeGenerateContract(name: string, contract: GenerateContract): void {
  describe(`generate protocol: ${name}`, () => {
    let service: ServiceUnderTest;
    beforeAll(async () => {
      service = await contract.start({ busyWaitMs: BUSY_WAIT_MS, silentMs: SILENT_MS });
      await untilHealthy(() => service);
    }, 60_000);
    afterAll(async () => await service[Symbol.asyncDispose]());

    describeStream(() => service);
    describePictures(() => service, contract);
    describeRefusals(() => service);
    describeInterruptions(() => service, contract);
  });
}

async function health(service: ServiceUnderTest) {
  const response = await fetch(`${service.url}/health`);
  return { httpStatus: response.status, ...healthAnswer.parse(await response.json()) };
}

async function untilHealthy(service: () => ServiceUnderTest): Promise<void> {
  await vi.waitFor(async () => expect((await health(service())).httpStatus).toBe(200), {
    timeout: 30_000,
    interval: 50,
  });
}

function expectWellFormed(answer: Answer): void {
  expect(answer.end).toBe('complete');
  const types = answer.messages.map(({ type }) => type);
  expect(types.filter((type) => type === 'done' || type === 'error')).toHaveLength(1);
  expect(['done', 'error']).toContain(types.at(-1));
  const progress = linesOf(answer, 'progress');
  for (const [i, line] of progress.entries()) {
    const before = progress[i - 1];
    expect(line.step).toBeLessThanOrEqual(line.steps);
    if (!before) continue;
    for (const count of ['step', 'pictures', 'elapsed_ms'] as const) {
      expect(line[count]).toBeGreaterThanOrEqual(before[count]);
    }
    expect(line.steps).toBe(before.steps);
  }
}

async function drawn(service: ServiceUnderTest, settings: Partial<ResolvedSettings> = {}): Promise<Answer> {
  const answer = await post(service.url, requestOf(settings));
  expectWellFormed(answer);
  expect(linesOf(answer, 'error')).toEqual([]);
  return answer;
}

function pixelsOf(answer: Answer, index: number): ArrayLike<number> {
  const image = linesOf(answer, 'image')[index];
  return decode(Buffer.from(image?.png ?? '', 'base64'), { checkCrc: true }).data;
}

function describeStream(service: () => ServiceUnderTest): void {
  it('lists its models and says that it is well', async () => {
    const { models } = modelsAnswer.parse(await (await fetch(`${service().url}/models`)).json());
    expect(models.map(({ id }) => id)).toContain('demo');
    expect(await health(service())).toMatchObject({ httpStatus: 200, status: 'ok', reason: null });
  });

  it('streams progress that rises to its total, then the picture, then one last line', async () => {
    const answer = await drawn(service(), { steps: 4 });
    expect(answer.headers['content-type']).toBe('application/x-ndjson');
    const progress = linesOf(answer, 'progress');
    expect(progress.map(({ phase }) => phase)).toEqual(expect.arrayContaining(['encoding', 'denoising', 'decoding']));
    expect(progress.at(0)).toMatchObject({ step: 0, steps: 4 });
    expect(progress.at(-1)).toMatchObject({ step: 4, steps: 4, pictures: 1 });
    expect(linesOf(answer, 'image')).toHaveLength(1);
  });

  it('counts the steps of all iterations', async () => {
    const answer = await drawn(service(), { steps: 2, n_iters: 3 });
    expect(linesOf(answer, 'progress').at(-1)).toMatchObject({ step: 6, steps: 6 });
    expect(linesOf(answer, 'image').map(({ index }) => index)).toEqual([0, 1, 2]);
  });

  it('names model, engine and times in its last line', async () => {
    const [done] = linesOf(await drawn(service()), 'done');
    const { models } = modelsAnswer.parse(await (await fetch(`${service().url}/models`)).json());
    expect(done?.model_digest).toBe(models.find(({ id }) => id === 'demo')?.digest);
    expect(done?.timings.total_ms).toBeGreaterThanOrEqual(done?.timings.inference_ms ?? Number.POSITIVE_INFINITY);
    expect(done?.engine.name).not.toBe('');
  });

  it('keeps previews small', async () => {
    const answer = await drawn(service(), { steps: 60 });
    const previews = linesOf(answer, 'progress').flatMap(({ preview }) => (preview ? [preview] : []));
    expect(previews.length).toBeGreaterThan(0);
    for (const preview of previews) {
      expect(preview.base64.length).toBeLessThanOrEqual(8 * 1024);
      expect(preview.mime).toBe('image/png');
      const { width, height } = decode(Buffer.from(preview.base64, 'base64'));
      expect([width, height]).toEqual([preview.width, preview.height]);
    }
  });
}

function describePictures(service: () => ServiceUnderTest, contract: GenerateContract): void {
  it('gives pictures of the asked size, with their own seeds and digests', async () => {
    const answer = await drawn(service(), { width: 320, height: 256, batch_size: 2, n_iters: 2, steps: 2, seed: 40 });
    const images = linesOf(answer, 'image');
    expect(images.map(({ index, seed }) => [index, seed])).toEqual([0, 1, 2, 3].map((i) => [i, 40 + i]));
    for (const image of images) {
      const png = Buffer.from(image.png, 'base64');
      expect(createHash('sha256').update(png).digest('hex')).toBe(image.sha256);
      const { width, height } = decode(png, { checkCrc: true });
      expect([width, height, image.width, image.height]).toEqual([320, 256, 320, 256]);
    }
    expect(new Set(images.map(({ sha256 }) => sha256)).size).toBe(4);
  });

  it('gives the same bytes for the same request, and others for another seed', async () => {
    const request = requestOf({ steps: 5 });
    const digests = async (seed: number) => {
      const answer = await post(service().url, { ...request, settings: { ...request.settings, seed } });
      return linesOf(answer, 'image').map(({ sha256 }) => sha256);
    };
    expect(await digests(3)).toEqual(await digests(3));
    expect(await digests(3)).not.toEqual(await digests(4));
  });

  it('draws picture i of a batch as the single picture of seed + i', async () => {
    const request = requestOf({ steps: 5, seed: 20, batch_size: 3 });
    const batch = await post(service().url, request);
    for (const index of [0, 2]) {
      const settings = { ...request.settings, batch_size: 1, seed: 20 + index };
      const single = await post(service().url, { ...request, settings });
      // A placeholder shows its index; a picture has none.
      if (Number.isFinite(contract.batchPsnrMin)) {
        expect(psnr(pixelsOf(batch, index), pixelsOf(single, 0))).toBeGreaterThanOrEqual(contract.batchPsnrMin);
      } else if (index === 0) expect(pixelsOf(batch, 0)).toEqual(pixelsOf(single, 0));
    }
  });

  it.each([2 ** 32, 112358132141, Number.MAX_SAFE_INTEGER])('echoes the seed %i unchanged', async (seed) => {
    expect(linesOf(await drawn(service(), { seed, steps: 1 }), 'image')[0]?.seed).toBe(seed);
  });

  it.each(['line\u2028separator', 'carriage\rreturn\r\nand newline', 'テスト 😀 café', '"quotes" \\ {braces}', ''])(
    'takes the prompt %j',
    async (prompt) => {
      const answer = await drawn(service(), { prompt, steps: 1 });
      expect(linesOf(answer, 'image')).toHaveLength(1);
    },
  );
}

function describeRefusals(service: () => ServiceUnderTest): void {
  it.each(['evil.example', '192.168.0.1:18812', 'localhost.evil.example', 'evil.example:127.0.0.1'])(
    'refuses the host %j',
    async (host) => {
      expect((await post(service().url, requestOf(), { headers: { host } })).status).toBe(421);
    },
  );

  it.each(['localhost', '127.0.0.1:1', '[::1]:18812', 'LOCALHOST:80'])('answers to the host %j', async (host) => {
    expect((await post(service().url, requestOf({ steps: 1 }), { headers: { host } })).status).toBe(200);
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', ''])(
    'refuses the content type %j, which a web page may send unasked',
    async (type) => {
      expect((await post(service().url, requestOf(), { headers: { 'content-type': type } })).status).toBe(415);
    },
  );

  it.each(['', '{', '[]', '{"job_id":1}', '\ufffd'])('refuses the body %j', async (body) => {
    const answer = await post(service().url, body);
    expect([400, 422]).toContain(answer.status);
    expect(answer.headers['content-type']).toBe('application/problem+json');
  });

  it.each([
    ['width', { width: 264 }],
    ['height', { height: 4096 }],
    ['sampler', { sampler: 'no such sampler' }],
    ['steps', { steps: 0 }],
  ])('refuses settings that no attempt could render, naming %s', async (field, settings) => {
    const answer = await post(service().url, requestOf(settings));
    expect(answer.status).toBe(422);
    expect(JSON.parse(answer.body)).toMatchObject({ code: 'SETTINGS_REFUSED', detail: expect.stringContaining(field) });
  });

  it.each(['no such model', '../demo', '..', '.', '', 'demo/', '/etc', 'constructor'])(
    'says of the model %j that it is not here',
    async (model) => {
      const answer = await post(service().url, requestOf({ model }));
      if (model === '') return expect(answer.status).toBe(422);
      expectWellFormed(answer);
      expect(linesOf(answer, 'error')[0]).toMatchObject({ code: 'MODEL_UNAVAILABLE' });
    },
  );

  it('knows no other path and no other method', async () => {
    expect((await fetch(`${service().url}/other`)).status).toBe(404);
    expect((await fetch(`${service().url}/generate`)).status).toBe(405);
    expect((await fetch(`${service().url}/models`, { method: 'DELETE' })).status).toBe(405);
  });
}

function describeInterruptions(service: () => ServiceUnderTest, { slow }: GenerateContract): void {
  it('stops between steps when the caller hangs up, and takes the next job', async () => {
    const started = performance.now();
    const aborted = await post(service().url, requestOf(slow), {
      onMessage: (message, call) => message.type === 'progress' && message.step >= 3 && call.hangUp(),
    });
    expect(aborted.end).toBe('cut');
    const whole = linesOf(aborted, 'progress')[0]?.steps ?? 0;
    expect(whole).toBeGreaterThan(100);
    await drawn(service(), { steps: 2 });
    expect(performance.now() - started).toBeLessThan(3000);
  });

  it('renders one job at a time: a second one waits a little, then is asked to come again', async () => {
    let second: Promise<Answer> | undefined;
    await post(service().url, requestOf(slow), {
      onMessage(message, call) {
        if (message.type !== 'progress' || message.step < 2 || second) return;
        second = post(service().url, requestOf());
        second.finally(() => call.hangUp());
      },
    });
    const answer = await second;
    expect(answer?.status).toBe(503);
    expect(Number(answer?.headers['retry-after'])).toBeGreaterThan(0);
  });

  it('lets a second job wait for one that is about to end', async () => {
    const answers = await Promise.all([
      post(service().url, requestOf({ steps: 2 })),
      post(service().url, requestOf({ steps: 2 })),
    ]);
    for (const answer of answers) expect(linesOf(answer, 'done')).toHaveLength(1);
  });

  it('answers for its health while it renders', async () => {
    const times: number[] = [];
    let asks = 0;
    let looking = Promise.resolve();
    await post(service().url, requestOf(slow), {
      onMessage(message, call) {
        if (message.type !== 'progress' || message.phase !== 'denoising' || asks === 10) return;
        asks += 1;
        const asked = performance.now();
        looking = looking.then(async () => {
          expect((await health(service())).httpStatus).toBe(200);
          times.push(performance.now() - asked);
          if (times.length === 10) call.hangUp();
        });
      },
    });
    await looking;
    expect(times).toHaveLength(10);
    expect(Math.max(...times)).toBeLessThan(1000);
  });

  it.each([
    ['dies', 'SIGKILL'],
    ['hangs', 'SIGSTOP'],
  ] as const)(
    'cuts the stream when its engine process %s, starts another one, and takes the next job',
    async (_how, kill) => {
      const { engine_generation: before } = await health(service());
      const answer = await post(service().url, requestOf(slow), {
        onMessage(message) {
          const pid = service().engineProcessId;
          if (message.type === 'progress' && message.step >= 3 && pid !== undefined) process.kill(pid, kill);
        },
      });
      expect(answer.end).toBe('cut');
      expect([...linesOf(answer, 'done'), ...linesOf(answer, 'error')]).toEqual([]);
      await untilHealthy(service);
      expect((await health(service())).engine_generation).toBe(before + 1);
      await drawn(service(), { steps: 2 });
    },
  );
}

function psnr(found: ArrayLike<number>, wanted: ArrayLike<number>): number {
  expect(found.length).toBe(wanted.length);
  let sum = 0;
  for (let i = 0; i < found.length; i++) sum += ((found[i] ?? 0) - (wanted[i] ?? 0)) ** 2;
  return 10 * Math.log10(255 ** 2 / (sum / found.length));
}
