/**
 * The protocol between sidecar and diffusion service, over HTTP on loopback. Requests need a loopback `Host` (else 421),
 * `POST` needs `application/json` (else 415): no web page may start a rendering.
 *
 * `POST /generate` takes a {@link GenerateRequest} and answers 200 with NDJSON ({@link GenerateMessage} a line,
 * split at `\n` bytes only). The stream ends with exactly one `done` or `error` line; a stream that ends without
 * one is a failure of the infrastructure, not of the job. Closing the connection aborts the rendering between steps.
 * Any status but 200 is a failure of the infrastructure too (503 with `Retry-After` while the engine is busy or
 * restarting), except 422: settings that this model cannot render (`SETTINGS_REFUSED`, a problem document). A model
 * that is missing or broken is an `error` line (`MODEL_UNAVAILABLE`).
 *
 * Of the lines: `progress` never falls and may leave out quick steps, its last `step` before `done` is `steps`; `image` comes once for each index,
 * ascending, as soon as that picture is finished; the same settings give the same bytes.
 *
 * `GET /models` answers {@link ModelsAnswer}, `GET /health` {@link HealthAnswer} (503 while the engine cannot render).
 */
import { ERROR_CODES, type ErrorCode } from '@darkroom/shared/errors/error-codes';
import { modelInfo, unusableModel } from '@darkroom/shared/schemas/model-info';
import { resolvedSettings } from '@darkroom/shared/schemas/resolved-settings';
import { z } from 'zod';

export const generateRequest = z.strictObject({
  job_id: z.uuid(),
  epoch: z.int().min(0),
  attempt: z.int().min(1),
  settings: resolvedSettings,
});
export type GenerateRequest = z.infer<typeof generateRequest>;

const errorCode = z.enum(Object.keys(ERROR_CODES) as [ErrorCode, ...ErrorCode[]]);

/** A measured time: what is below a tenth of a millisecond is noise. */
const milliseconds = z.number().transform((value) => Math.round(value * 10) / 10);

const preview = z.object({ mime: z.string(), width: z.int(), height: z.int(), base64: z.string() });

export const generateMessage = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('progress'),
    phase: z.enum(['loading', 'encoding', 'denoising', 'decoding']),
    /** Steps done and to do over all iterations of the job; rises, ends at `steps`. */
    step: z.int().min(0),
    steps: z.int().min(1),
    /** Pictures finished so far. */
    pictures: z.int().min(0),
    elapsed_ms: milliseconds,
    /** A small picture of the first picture in work, at most 8 KiB of base64. */
    preview: preview.optional(),
  }),
  z.object({
    type: z.literal('image'),
    index: z.int().min(0),
    seed: z.int().min(0),
    width: z.int(),
    height: z.int(),
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
    /** The PNG file, base64. */
    png: z.base64(),
  }),
  z.object({
    type: z.literal('done'),
    timings: z.object({
      total_ms: milliseconds,
      /** Spent inside the engine's `run` calls. */
      inference_ms: milliseconds,
      load_ms: milliseconds,
      encode_ms: milliseconds,
      denoise_ms: milliseconds,
      decode_ms: milliseconds,
      png_ms: milliseconds,
    }),
    model_digest: z.string(),
    engine: z.object({ name: z.string(), version: z.string(), execution_provider: z.string() }),
    /** What a person should know of this picture, in sentences ("12 tokens of the prompt were cut"). */
    warnings: z.array(z.string()).default([]),
  }),
  z.object({
    type: z.literal('error'),
    code: errorCode,
    message: z.string(),
    context: z.record(z.string(), z.unknown()).optional(),
  }),
]);
export type GenerateMessage = z.infer<typeof generateMessage>;

export const modelsAnswer = z.object({
  models: z.array(modelInfo),
  /** What looks like a model and cannot be used, with the reason in one sentence. Absent when there is none. */
  unusable: z.array(unusableModel).optional(),
});
export type ModelsAnswer = z.infer<typeof modelsAnswer>;

export const healthAnswer = z.object({
  /** `unavailable`: the inference process runs, but what it needs (the models folder) cannot be read. */
  status: z.enum(['ok', 'starting', 'restarting', 'unavailable']),
  /** Why the engine cannot render, in one sentence; null when it can. */
  reason: z.string().nullable(),
  /** Counts starts of the inference process: a change says that it was restarted. */
  engine_generation: z.int(),
});
export type HealthAnswer = z.infer<typeof healthAnswer>;
