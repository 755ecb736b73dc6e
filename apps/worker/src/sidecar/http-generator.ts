import { request as httpRequest, type IncomingMessage } from 'node:http';
import { messageOf } from '@darkroom/shared/errors/darkroom-error';
import { ERROR_CODES } from '@darkroom/shared/errors/error-codes';
import { z } from 'zod';
import {
  type GenerateMessage,
  type GenerateRequest,
  generateMessage,
  healthAnswer,
  modelsAnswer,
} from '../protocol/generate.ts';
import { readLines } from '../protocol/ndjson.ts';
import type { GenerateListener, GenerateResult, Generator } from './generator.ts';

const PROBE_TIMEOUT_MS = 2000;
/** A line holds at most one picture; 2048 × 2048 PNGs stay far below. */
const LINE_BYTES_MAX = 64 * 1024 * 1024;

/**
 * The diffusion service over HTTP. `node:http` and not `fetch`, whose time limits between chunks would cut slow steps;
 * a service that hangs is found by `trouble`.
 */
export function createHttpGenerator(baseUrl: string): Generator {
  return {
    async generate(request, listener, { signal } = {}) {
      signal?.throwIfAborted();
      const response = await post(new URL('/generate', baseUrl), request, signal);
      if ('kind' in response) return response;
      return await readAnswer(response, listener, signal);
    },
    async trouble({ signal } = {}) {
      try {
        const response = await probe(new URL('/health', baseUrl), signal);
        const { status, reason } = healthAnswer.parse(await response.json());
        return response.ok ? null : (reason ?? `the engine is ${status}`);
      } catch (error) {
        signal?.throwIfAborted();
        return `the engine does not answer (${messageOf(error)})`;
      }
    },
    async models({ signal } = {}) {
      const response = await probe(new URL('/models', baseUrl), signal);
      return modelsAnswer.parse(await response.json());
    },
  };
}

async function probe(url: URL, signal: AbortSignal | undefined): Promise<Response> {
  const timeout = AbortSignal.timeout(PROBE_TIMEOUT_MS);
  return await fetch(url, { signal: signal ? AbortSignal.any([signal, timeout]) : timeout });
}

/** Sends the request; resolves with a 200's response, or with how the call ended before one. */
async function post(
  url: URL,
  body: GenerateRequest,
  signal: AbortSignal | undefined,
): Promise<IncomingMessage | GenerateResult> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage | GenerateResult>();
  let connected = false;
  const request = httpRequest(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    agent: false,
    ...(signal ? { signal } : {}),
  });
  request.on('socket', (socket) =>
    socket.once('connect', () => {
      connected = true;
    }),
  );
  request.on('error', (error) => {
    if (signal?.aborted) reject(signal.reason);
    else resolve({ kind: connected ? 'cut' : 'unreachable', message: messageOf(error) });
  });
  request.on('response', (response) => {
    if (response.statusCode === 200) resolve(response);
    else refusalOf(response).then(resolve, reject);
  });
  request.end(JSON.stringify(body));
  return await promise;
}

/** 422 is the engine's judgement of the settings; any other status says that it is not able to take jobs now. */
async function refusalOf(response: IncomingMessage): Promise<GenerateResult> {
  const text = Buffer.concat(await Array.fromAsync<Uint8Array>(response).catch(() => [])).toString();
  const said = problemDetail.safeParse(text).data?.detail ?? text.slice(0, 300);
  if (response.statusCode === 422) return { kind: 'failed', code: 'SETTINGS_REFUSED', message: said };
  return { kind: 'unreachable', message: `status ${response.statusCode}: ${said}` };
}

const problemDetail = z
  .string()
  .transform((text, context): unknown => {
    try {
      return JSON.parse(text);
    } catch {
      context.addIssue('not JSON');
      return z.NEVER;
    }
  })
  .pipe(z.object({ detail: z.string() }));

async function readAnswer(
  response: IncomingMessage,
  listener: GenerateListener,
  signal: AbortSignal | undefined,
): Promise<GenerateResult> {
  let result: GenerateResult = { kind: 'cut', message: 'the engine ended its answer without a result' };
  try {
    // Read to its end: a caller that leaves before counts as one that hung up.
    for await (const line of readLines(response, LINE_BYTES_MAX)) {
      const message = generateMessage.parse(JSON.parse(line));
      if (message.type === 'progress') listener.progress(message);
      else if (message.type === 'image') listener.image(message);
      else result = lastResult(message);
    }
    if (result.kind === 'cut') signal?.throwIfAborted();
    return result;
  } catch (error) {
    signal?.throwIfAborted();
    return { kind: 'cut', message: messageOf(error) };
  } finally {
    response.destroy();
  }
}

function lastResult(message: Exclude<GenerateMessage, { type: 'progress' | 'image' }>): GenerateResult {
  if (message.type === 'done') return { kind: 'answered', done: message };
  if (ERROR_CODES[message.code].failure === 'infrastructure') return { kind: 'cut', message: message.message };
  return { kind: 'failed', code: message.code, message: message.message };
}
