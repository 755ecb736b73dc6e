/**
 * An engine that only pretends, for tests and load: the protocol as the real one speaks it, pictures in a few
 * milliseconds. Each picture is a {@link placeholder} that shows the job's id, and names it in its `darkroom` text.
 *
 * Words in the prompt make it misbehave; they may be combined, and an unknown one is an `ENGINE_FAILURE`:
 *
 * | directive | what happens |
 * |---|---|
 * | `fake:fail` | `ENGINE_FAILURE` at every attempt, half-way |
 * | `fake:fail-attempts=2` | `ENGINE_FAILURE` while the attempt is at most 2 |
 * | `fake:permanent` | `SETTINGS_REFUSED` as a line of the stream |
 * | `fake:nan` | `NON_FINITE_OUTPUT` after the last step, no picture |
 * | `fake:exit` | the inference process ends half-way without an answer, each time |
 * | `fake:cut` | the stream is cut half-way; the process lives on |
 * | `fake:step-ms=200` | each step takes so long (otherwise `FAKE_STEP_MS`) |
 *
 * `FAKE_MODELS` is a JSON array of the models to list, each with any fields of a model that should differ from the
 * default one, for example `[{},{"id":"other","size_multiple":8}]`.
 */
import { createHash } from 'node:crypto';
import { DarkroomError } from '@darkroom/shared/errors/darkroom-error';
import { delay } from '@darkroom/shared/lifecycle/delay';
import type { Engine, EngineMessage, RenderJob } from '../engine/engine.ts';
import { pictureSeed } from '../pipeline/picture-seed.ts';
import { encodePng } from '../png/encode-png.ts';
import { parametersText } from '../png/parameters-text.ts';
import { type Directives, readDirectives } from './directives.ts';
import { placeholder } from './placeholder.ts';

const IDENTITY = { name: 'fake', version: '1' };
const PREVIEW_SIDE = 32;
const PREVIEW_EVERY_MS = 150;

export function createFakeEngine(options: { stepMs: number; now: () => number }): Engine {
  return {
    identity: IDENTITY,
    async render(job, emit, { signal } = {}) {
      const { settings } = job.request;
      const started = options.now();
      const directives = readDirectives(settings.prompt);
      const state = new FakeProgress(job, emit, { started, now: options.now });
      state.report('loading');
      if (directives.permanent) throw new DarkroomError('SETTINGS_REFUSED', 'The prompt asks to be refused');
      state.report('encoding');
      const halfWay = Math.ceil((settings.steps * settings.n_iters) / 2);
      for (let iteration = 0; iteration < settings.n_iters; iteration++) {
        for (let step = 0; step < settings.steps; step++) {
          if (state.step === halfWay - 1 && misbehave(directives, job.request.attempt) === 'cut') return;
          await delay(directives.stepMs ?? options.stepMs, { signal });
          state.stepDone();
        }
        state.report('decoding');
        if (directives.nan)
          throw new DarkroomError('NON_FINITE_OUTPUT', 'The prompt asks for values that are no numbers');
        for (let place = 0; place < settings.batch_size; place++)
          state.picture(iteration * settings.batch_size + place);
      }
      emit(doneMessage(job, options.now() - started));
    },
  };
}

function misbehave(directives: Directives, attempt: number): 'cut' | 'go on' {
  if (directives.exit) process.kill(process.pid, 'SIGKILL');
  if (directives.fail || attempt <= directives.failAttempts) {
    throw new DarkroomError('ENGINE_FAILURE', `The prompt asks attempt ${attempt} to fail`);
  }
  return directives.cut ? 'cut' : 'go on';
}

/** The messages of one rendering and what they count. */
class FakeProgress {
  readonly #job: RenderJob;
  readonly #emit: (message: EngineMessage) => void;
  readonly #time: { started: number; now: () => number };
  #lastPreview = Number.NEGATIVE_INFINITY;
  #pictures = 0;
  step = 0;

  constructor(job: RenderJob, emit: (message: EngineMessage) => void, time: { started: number; now: () => number }) {
    this.#job = job;
    this.#emit = emit;
    this.#time = time;
  }

  report(phase: 'loading' | 'encoding' | 'denoising' | 'decoding'): void {
    const { settings } = this.#job.request;
    const [steps, elapsed] = [settings.steps * settings.n_iters, this.#time.now() - this.#time.started];
    const counts = { step: this.step, steps, pictures: this.#pictures, elapsed_ms: elapsed };
    this.#emit({ type: 'progress', phase, ...counts, ...this.#preview(phase, elapsed) });
  }

  stepDone(): void {
    this.step += 1;
    this.report('denoising');
  }

  picture(index: number): void {
    const { request, model } = this.#job;
    const { settings, job_id } = request;
    const seed = pictureSeed(settings.seed, index);
    const { width, height } = settings;
    const facts = {
      settings,
      seed,
      index,
      modelDigest: model.info.digest,
      engine: `${IDENTITY.name} ${IDENTITY.version}`,
    };
    const png = encodePng(placeholder(job_id, seed, index, { width, height }), [
      { keyword: 'parameters', text: parametersText(facts) },
      { keyword: 'darkroom', text: JSON.stringify({ version: 1, job_id, ...facts }) },
    ]);
    const sha256 = createHash('sha256').update(png).digest('hex');
    this.#emit({ type: 'image', index, seed, width, height, sha256, png });
    this.#pictures += 1;
    this.report('decoding');
  }

  #preview(phase: string, elapsed: number) {
    if (phase !== 'denoising' || elapsed - this.#lastPreview < PREVIEW_EVERY_MS) return {};
    this.#lastPreview = elapsed;
    const size = { width: PREVIEW_SIDE, height: PREVIEW_SIDE };
    const png = encodePng(placeholder(this.#job.request.job_id, this.step, 0, size));
    return { preview: { mime: 'image/png', ...size, base64: png.toString('base64') } };
  }
}

function doneMessage({ model }: RenderJob, totalMs: number): EngineMessage {
  const none = { load_ms: 0, encode_ms: 0, decode_ms: 0, png_ms: 0 };
  return {
    type: 'done',
    timings: { total_ms: totalMs, inference_ms: totalMs, denoise_ms: totalMs, ...none },
    model_digest: model.info.digest,
    engine: { ...IDENTITY, execution_provider: 'none' },
    warnings: [],
  };
}
