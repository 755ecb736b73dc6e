import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DarkroomError, isDarkroomError } from '@darkroom/shared/errors/darkroom-error';
import { translateListenError } from '@darkroom/shared/lifecycle/health-server';
import type { Logger } from '@darkroom/shared/telemetry/logger';
import type { HealthAnswer, ModelsAnswer } from '../../protocol/generate.ts';
import type { EngineProcess } from '../engine-process/engine-process.ts';
import type { ModelCatalog } from '../models/model-catalog.ts';
import { generate } from './generate-route.ts';
import { answerProblem } from './problem.ts';
import { checkHost } from './request-guards.ts';

export type ServerParts = { catalog: ModelCatalog; engine: EngineProcess; logger: Logger };

const HOST = '127.0.0.1';
/** Longer than callers keep a connection, so that none is closed under a request. */
const KEEP_ALIVE_MS = 65_000;

/** The HTTP front of the diffusion service; see the protocol. Never loads a model itself, so it answers at any time. */
export async function startDiffusionServer(
  parts: ServerParts,
  port: number,
): Promise<AsyncDisposable & { port: number }> {
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (request, response) => {
    route(parts, request, response).catch((error: unknown) => {
      if (!isDarkroomError(error)) parts.logger.error({ error }, 'a request failed');
      if (response.headersSent) response.destroy();
      else answerProblem(response, error);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(translateListenError(error, port)));
    server.listen(port, HOST, resolve);
  });
  return {
    // A listening TCP server has an AddressInfo.
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

async function route(parts: ServerParts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  checkHost(request);
  const path = request.url?.split('?')[0]?.replace(/(.)\/$/, '$1');
  switch (path) {
    case '/generate':
      requireMethod(request, 'POST');
      return await generate(parts, request, response);
    case '/models':
      requireMethod(request, 'GET');
      return answerJson(response, 200, await listModels(parts.catalog));
    case '/health': {
      requireMethod(request, 'GET');
      const health = await healthOf(parts);
      return answerJson(response, health.reason === null ? 200 : 503, health);
    }
    default:
      throw new DarkroomError('NOT_FOUND', 'There is nothing at this path');
  }
}

function requireMethod(request: IncomingMessage, method: string): void {
  if (request.method !== method) throw new DarkroomError('METHOD_NOT_ALLOWED', `Use ${method}`);
}

async function listModels(catalog: ModelCatalog): Promise<ModelsAnswer> {
  const { models, unusable } = await catalog.list();
  return { models: models.map(({ info }) => info), ...(unusable.length === 0 ? {} : { unusable }) };
}

async function healthOf({ engine, catalog }: ServerParts): Promise<HealthAnswer> {
  const problem = await catalog.problem();
  const status = engine.status === 'ok' && problem ? 'unavailable' : engine.status;
  const reason = status === 'ok' ? null : (problem ?? `The inference process is ${status}`);
  return { status, reason, engine_generation: engine.generation };
}

function answerJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(JSON.stringify(body));
}
