import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { DarkroomError } from '@darkroom/shared/errors/darkroom-error';
import { silentLogger } from '@darkroom/shared/telemetry/logger';
import { METHODS } from './methods.ts';
import { problemResponse } from './problem.ts';

const KNOWN: ReadonlySet<string> = new Set(METHODS);

type Listener = (request: IncomingMessage, response: ServerResponse) => void;

/**
 * Stands before Next, for what it answers in its own way before any route is asked: repeated slashes, which it redirects (a POST, too),
 * and methods that it does not know.
 */
export function standBefore(server: Server): void {
  // What listens to requests takes requests.
  const listeners = server.listeners('request') as Listener[];
  server.removeAllListeners('request');
  server.on('request', (request, response) => {
    if (!KNOWN.has(request.method ?? '')) return refuse(request, response);
    request.url = singleSlashes(request.url ?? '/');
    for (const listener of listeners) listener.call(server, request, response);
  });
}

/** The path with one slash where there were several; the query is left as it is. */
export function singleSlashes(url: string): string {
  const [, path = '', rest = ''] = /^([^?#]*)(.*)$/s.exec(url) ?? [];
  return path.startsWith('/') ? path.replaceAll(/[\\/]+/g, '/') + rest : url;
}

function refuse({ method }: IncomingMessage, response: ServerResponse): void {
  const problem = problemResponse(new DarkroomError('METHOD_NOT_ALLOWED', `There is no ${method} here`), silentLogger);
  response.writeHead(problem.status, { ...Object.fromEntries(problem.headers), allow: METHODS.join(', ') });
  void problem.text().then((text) => response.end(text));
}
