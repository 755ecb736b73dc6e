import { DarkroomError } from '@darkroom/shared/errors/darkroom-error';
import { silentLogger } from '@darkroom/shared/telemetry/logger';
import { installedRuntime, type WebRuntime, webRuntime } from '../runtime.ts';
import { guardRequest } from './guard-request.ts';
import { problemResponse } from './problem.ts';

export type RouteRequest = { request: Request; url: URL; runtime: WebRuntime; parameters: Record<string, string> };
type RouteHandler = (route: RouteRequest) => Promise<Response>;
type NextContext = {
  /** An address without variable segments has none. */
  params: Promise<Record<string, string | string[]> | undefined>;
};
type NextHandler = (request: Request, context: NextContext) => Promise<Response>;

/** Those that a route can be asked by. */
export const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;

/**
 * The exports of a `route.ts`: every method answers. All requests pass the guard here, and every error leaves as a problem document.
 * HEAD is GET without its body; OPTIONS lists what there is.
 */
export function methods(handlers: {
  GET?: RouteHandler;
  POST?: RouteHandler;
}): Record<(typeof METHODS)[number], NextHandler> {
  const allow = [...('GET' in handlers ? ['GET', 'HEAD'] : []), ...('POST' in handlers ? ['POST'] : []), 'OPTIONS'];
  const refuse: RouteHandler = async ({ request }) => {
    const headers = { allow: allow.join(', ') };
    if (request.method === 'OPTIONS') return new Response(null, { status: 204, headers });
    throw new DarkroomError('METHOD_NOT_ALLOWED', `There is no ${request.method} here`, { context: { headers } });
  };
  const refused = handle(refuse, 'reads');
  return {
    GET: handlers.GET ? handle(handlers.GET, 'reads') : refused,
    HEAD: handlers.GET ? handle(headOf(handlers.GET), 'reads') : refused,
    POST: handlers.POST ? handle(handlers.POST, 'changes') : refused,
    PUT: refused,
    PATCH: refused,
    DELETE: refused,
    OPTIONS: refused,
  };
}

function handle(handler: RouteHandler, kind: 'reads' | 'changes'): NextHandler {
  return async (request, context) => {
    try {
      const runtime = webRuntime();
      guardRequest(kind, request.headers, runtime.config);
      return await handler({ request, url: new URL(request.url), runtime, parameters: singles(await context.params) });
    } catch (error) {
      return problemResponse(error, installedRuntime()?.logger ?? silentLogger);
    }
  };
}

/** The parameters of one segment; what a catch-all caught is in the address. */
function singles(parameters: Record<string, string | string[]> = {}): Record<string, string> {
  return Object.fromEntries(
    Object.entries(parameters).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

function headOf(get: RouteHandler): RouteHandler {
  return async (route) => {
    const response = await get(route);
    await response.body?.cancel();
    return new Response(null, { status: response.status, headers: response.headers });
  };
}

export function jsonResponse(
  body: unknown,
  options: { status?: number; headers?: Record<string, string> } = {},
): Response {
  return new Response(JSON.stringify(body), {
    status: options.status ?? 200,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store', ...options.headers },
  });
}
