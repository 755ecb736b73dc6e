import { DarkroomError } from '@darkroom/shared/errors/darkroom-error';
import { silentLogger } from '@darkroom/shared/telemetry/logger';
import { type NextRequest, NextResponse } from 'next/server';
import { guardRequest } from './server/http/guard-request.ts';
import { problemResponse } from './server/http/problem.ts';
import { installedRuntime, webRuntime } from './server/runtime.ts';

/** The guard for pages; routes of the API have it in `methods.ts`, where their bodies are not buffered on the way. */
export function proxy(request: NextRequest): Response {
  try {
    guardRequest('reads', request.headers, webRuntime().config);
    if (request.method === 'GET' || request.method === 'HEAD') return NextResponse.next();
    return refuseMethod(request.method);
  } catch (error) {
    return problemResponse(error, installedRuntime()?.logger ?? silentLogger);
  }
}

/** Pages are only read. */
function refuseMethod(method: string): Response {
  const headers = { Allow: 'GET, HEAD, OPTIONS' };
  if (method === 'OPTIONS') return new Response(null, { status: 204, headers });
  const refused = problemResponse(new DarkroomError('METHOD_NOT_ALLOWED', 'Pages are only read'), silentLogger);
  refused.headers.set('Allow', headers.Allow);
  return refused;
}

export const config = {
  matcher: ['/((?!images|models|samplers|health|ready|events|openapi\\.json|_next/static).*)'],
};
