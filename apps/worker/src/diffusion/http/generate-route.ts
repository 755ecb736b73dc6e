import type { IncomingMessage, ServerResponse } from 'node:http';
import { DarkroomError, isDarkroomError, messageOf } from '@darkroom/shared/errors/darkroom-error';
import { type GenerateMessage, type GenerateRequest, generateRequest } from '../../protocol/generate.ts';
import { checkSettings } from '../engine/check-settings.ts';
import type { EngineMessage } from '../engine/engine.ts';
import type { ModelDescription } from '../models/model-description.ts';
import type { ServerParts } from './diffusion-server.ts';
import { checkJson, readJson } from './request-guards.ts';

/** `POST /generate`: checks, then the stream. Throws what is answered before it. */
export async function generate(parts: ServerParts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  checkJson(request);
  const parsed = parseRequest(await readJson(request));
  const hangUp = new AbortController();
  response.once('close', () => hangUp.abort(new Error('the caller hung up')));
  const stream = new LineStream(response);
  const { job_id, epoch, attempt } = parsed;
  const logger = parts.logger.child({ job_id, epoch, attempt });
  const started = performance.now();
  const outcome = await run(parts, parsed, stream, hangUp.signal).catch((error: unknown) => {
    if (!stream.isOpen && !hangUp.signal.aborted) throw error;
    return isDarkroomError(error) ? error.code : messageOf(error);
  });
  logger.info({ outcome, elapsed_ms: Math.round(performance.now() - started) }, 'a rendering ended');
}

/** Resolves with how it ended, for the log. */
async function run(parts: ServerParts, request: GenerateRequest, stream: LineStream, signal: AbortSignal) {
  let model: ModelDescription;
  try {
    model = await parts.catalog.find(request.settings.model, { signal });
  } catch (error) {
    if (!isDarkroomError(error, 'MODEL_UNAVAILABLE')) throw error;
    stream.open();
    stream.write({ type: 'error', code: error.code, message: error.message, context: error.context });
    stream.end();
    return error.code;
  }
  checkSettings(request.settings, model.info);
  try {
    const handlers = { accepted: () => stream.open(), onMessage: (message: EngineMessage) => stream.write(message) };
    await parts.engine.render({ request, model }, handlers, { signal });
    signal.throwIfAborted();
  } finally {
    // Without a last line this cuts the connection: the caller must not take it for an answer.
    if (stream.isOpen) stream.end();
  }
  return stream.outcome;
}

function parseRequest(body: unknown): GenerateRequest {
  const parsed = generateRequest.safeParse(body);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const sentence = `${issue?.path.join('.')}: ${issue?.message}`;
  // Settings that break the schema are settings that nobody can render; anything else is a caller of another version.
  const ofSettings = parsed.error.issues.every(({ path }) => path[0] === 'settings');
  throw new DarkroomError(ofSettings ? 'SETTINGS_REFUSED' : 'BAD_JSON', `The request is invalid: ${sentence}`);
}

/** The answer's lines. A stream without a last line is cut, never ended. */
class LineStream {
  readonly #response: ServerResponse;
  #outcome: string | null = null;

  constructor(response: ServerResponse) {
    this.#response = response;
  }

  get isOpen(): boolean {
    return this.#response.headersSent;
  }

  get outcome(): string {
    return this.#outcome ?? 'cut';
  }

  open(): void {
    this.#response.writeHead(200, { 'content-type': 'application/x-ndjson', 'cache-control': 'no-store' });
    this.#response.flushHeaders();
  }

  write(message: EngineMessage): void {
    if (message.type === 'done') this.#outcome = 'done';
    if (message.type === 'error') this.#outcome = message.code;
    this.#response.write(`${JSON.stringify(toLine(message))}\n`);
  }

  end(): void {
    if (this.#outcome === null) this.#response.destroy();
    else this.#response.end();
  }
}

function toLine(message: EngineMessage): GenerateMessage {
  if (message.type !== 'image') return message;
  const { png, ...image } = message;
  return { ...image, png: Buffer.from(png.buffer, png.byteOffset, png.byteLength).toString('base64') };
}
