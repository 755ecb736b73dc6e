/** A bare client of the protocol for its contract: sees what a careful caller sees, and how a stream ended. */

import { randomUUID } from 'node:crypto';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import type { ResolvedSettings } from '@darkroom/shared/schemas/resolved-settings';
import { type GenerateMessage, type GenerateRequest, generateMessage } from './generate.ts';
import { readLines } from './ndjson.ts';

const LINE_BYTES_MAX = 64 * 1024 * 1024;

export type Answer = {
  status: number;
  headers: IncomingMessage['headers'];
  messages: GenerateMessage[];
  /** The body of an answer that is no stream. */
  body: string;
  /** `complete`: ended as HTTP ends. `cut`: the connection broke. */
  end: 'complete' | 'cut';
};

export type Call = {
  /** Called for each line as it arrives. */
  onMessage?: (message: GenerateMessage, call: { hangUp(): void }) => void;
  headers?: Record<string, string>;
};

export function requestOf(settings: Partial<ResolvedSettings> = {}): GenerateRequest {
  return {
    job_id: randomUUID(),
    epoch: 0,
    attempt: 1,
    settings: {
      ...{
        prompt: 'a dog',
        negative_prompt: '',
        seed: 11,
        sampler: 'euler',
        schedule: 'automatic',
        clip_skip: 1,
        steps: 3,
        cfg_scale: 5,
      },
      ...{ width: 256, height: 256, batch_size: 1, n_iters: 1, model: 'demo' },
      ...settings,
    },
  };
}

export async function post(url: string, body: unknown, { onMessage, headers }: Call = {}): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const request = httpRequest(new URL('/generate', url), {
    method: 'POST',
    agent: false,
    headers: { 'content-type': 'application/json', ...headers },
  });
  request.on('response', resolve).on('error', reject);
  request.end(typeof body === 'string' ? body : JSON.stringify(body));
  const response = await promise;
  const answer: Answer = {
    status: response.statusCode ?? 0,
    headers: response.headers,
    messages: [],
    body: '',
    end: 'cut',
  };
  try {
    if (answer.status === 200) {
      for await (const line of readLines(response, LINE_BYTES_MAX)) {
        const message = generateMessage.parse(JSON.parse(line));
        answer.messages.push(message);
        onMessage?.(message, { hangUp: () => request.destroy() });
      }
    } else {
      answer.body = Buffer.concat(await Array.fromAsync<Uint8Array>(response)).toString();
    }
    if (response.complete) answer.end = 'complete';
  } catch (error) {
    if (response.complete) throw error;
  }
  return answer;
}

export function linesOf<T extends GenerateMessage['type']>(answer: Answer, type: T) {
  return answer.messages.filter((message): message is Extract<GenerateMessage, { type: T }> => message.type === type);
}
