import { createHash } from 'node:crypto';
import { decisionKeys } from '@darkroom/shared/decisions/decision-keys';
import { delayUnlessAborted } from '@darkroom/shared/lifecycle/delay';
import type { Picture, Progress } from '@darkroom/shared/schemas/events';
import { encodeEvent } from '@darkroom/shared/schemas/read-event';
import { TOPICS } from '@darkroom/shared/schemas/topics';
import { isoTimeOf } from '@darkroom/shared/time/clock';
import type { DoneMessage, GenerateResult, ImageMessage, ProgressMessage } from './generator.ts';
import { standingOutcome } from './outcomes.ts';
import type { QueuedJob } from './queued-job.ts';
import type { SidecarContext } from './sidecar-context.ts';

export type RenderingResult =
  | Exclude<GenerateResult, { kind: 'answered' }>
  | { kind: 'answered'; done: DoneMessage; pictures: Promise<Picture[]> }
  /** An outcome stands already (a cancel, or another worker's): `pictures` were finished before it was seen. */
  | { kind: 'settled'; pictures: Promise<Picture[]> };

const LOOK_AT_OUTCOME_EVERY_MS = 5000;
const LOOK_AT_ENGINE_EVERY_MS = 5000;
const ENGINE_SILENT_LOOKS_MAX = 6;
const PROGRESS_EVERY_MS = 80;
/** The next job is made ready when the current one is expected to end within this. */
const AHEAD_MS = 700;

/** One call of the engine: progress goes to the live topic, pictures to the store as they come. */
export async function render(
  context: SidecarContext,
  job: QueuedJob,
  cancelled: AbortSignal,
): Promise<RenderingResult> {
  const { generator, signal } = context;
  const settled = new AbortController();
  const stop = AbortSignal.any([cancelled, settled.signal]);
  const hung = new AbortController();
  const uploads: Promise<Picture>[] = [];
  const watching = AbortSignal.any([signal, stop, hung.signal]);
  const ended = new AbortController();
  const looks = AbortSignal.any([watching, ended.signal]);
  void watchOutcome(context, job, looks, () => settled.abort());
  void watchEngine(context, looks, () => hung.abort());
  const reportProgress = progressReporter(context, job);
  const { jobId: job_id, epoch, attempt, request } = job;
  const { prompt, negative_prompt } = request.generationSettings;
  try {
    const result = await generator.generate(
      { job_id, epoch, attempt, settings: { prompt, negative_prompt, ...request.resolved } },
      { progress: reportProgress, image: (image) => void uploads.push(upload(context, job, image)) },
      { signal: watching },
    );
    return result.kind === 'answered' ? { ...result, pictures: Promise.all(uploads) } : result;
  } catch (error) {
    if (stop.aborted) return { kind: 'settled', pictures: Promise.all(uploads) };
    if (hung.signal.aborted) return { kind: 'cut', message: 'the engine stopped answering' };
    throw error;
  } finally {
    ended.abort();
    // Of a call that failed nobody waits for the uploads; their pictures are removed by the sweep.
    for (const each of uploads) each.catch(() => undefined);
  }
}

async function watchOutcome(context: SidecarContext, job: QueuedJob, signal: AbortSignal, settled: () => void) {
  while (!(await delayUnlessAborted(LOOK_AT_OUTCOME_EVERY_MS, signal))) {
    const standing = await standingOutcome(context, job).catch(() => null);
    if (standing && !signal.aborted) settled();
  }
}

async function watchEngine({ generator }: SidecarContext, signal: AbortSignal, hung: () => void) {
  let silent = 0;
  while (!(await delayUnlessAborted(LOOK_AT_ENGINE_EVERY_MS, signal))) {
    const trouble = await generator.trouble({ signal }).catch(() => null);
    silent = trouble === null ? 0 : silent + 1;
    if (silent >= ENGINE_SILENT_LOOKS_MAX && !signal.aborted) hung();
  }
}

async function upload({ gate, store }: SidecarContext, job: QueuedJob, image: ImageMessage): Promise<Picture> {
  const body = Buffer.from(image.png, 'base64');
  const sha256 = createHash('sha256').update(body).digest('hex');
  const key = decisionKeys.picture(job.jobId, job.epoch, sha256);
  await gate.through('store', () => store.put(key, body, { contentType: 'image/png' }));
  const { index, seed, width, height } = image;
  return { index, seed, width, height, bucket: store.bucket, key, sha256, bytes: body.length };
}

function progressReporter(context: SidecarContext, job: QueuedJob): (message: ProgressMessage) => void {
  const { log, clock, workerId, turn } = context;
  let reportedAt = Number.NEGATIVE_INFINITY;
  return (message) => {
    if (endsSoon(message)) turn.announceEnd();
    const last = message.step === message.steps;
    if (!last && !message.preview && performance.now() - reportedAt < PROGRESS_EVERY_MS) return;
    reportedAt = performance.now();
    const { phase, step, steps, pictures, elapsed_ms: elapsedMs, preview } = message;
    const event: Progress = {
      ...{ jobId: job.jobId, epoch: job.epoch, attempt: job.attempt, workerId, time: isoTimeOf(clock) },
      ...{ phase, step, steps, pictures, elapsedMs },
      preview: preview ? `data:${preview.mime};base64,${preview.base64}` : null,
    };
    void log.publish(TOPICS.progress, { key: job.jobId, payload: encodeEvent(event) }).catch(() => undefined);
  };
}

function endsSoon({ phase, step, steps, elapsed_ms }: ProgressMessage): boolean {
  if (phase !== 'denoising' && phase !== 'decoding') return false;
  if (step === 0) return false;
  return (elapsed_ms / step) * (steps - step) <= AHEAD_MS;
}
