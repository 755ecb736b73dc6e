import { silentLogger } from '@darkroom/shared/telemetry/logger';
import { type NextRequest, NextResponse } from 'next/server';
import { guardRequest } from './server/http/guard-request.ts';
import { problemResponse } from './server/http/problem.ts';
import { installedRuntime, webRuntime } from './server/runtime.ts';

/** The guard for pages; routes of the API have it in `methods.ts`, where their bodies are not buffered on the way. */
export function proxy(request: NextRequest): Response {
  try {
    const kind = ['GET', 'HEAD'].includes(request.method) ? 'reads' : 'changes';
    guardRequest(kind, request.headers, webRuntime().config);
    return NextResponse.next();
  } catch (error) {
    return problemResponse(error, installedRuntime()?.logger ?? silentLogger);
  }
}

export const config = {
  matcher: ['/((?!images|models|samplers|health|ready|events|openapi\\.json|_next/static).*)'],
};
