import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { DarkroomError } from '@darkroom/shared/errors/darkroom-error';
import { silentLogger } from '@darkroom/shared/telemetry/logger';
import { METHODS } from './methods.ts';
import { problemResponse } from './problem.ts';

const KNOWN: ReadonlySet<string> = new Set(METHODS);

type Listener = (request: IncomingMessage, response: ServerResponse) => void;

/**
 * Stands before Next, for what it answers in its own way before any route is asked: repeated slashes and absolute addresses, which it
 * redirects (a POST, too), paths that cannot be decoded and methods that it does not know.
 */
export function standBefore(server: Server): void {
  // What listens to requests takes requests.
  const listeners = server.listeners('request') as Listener[];
  server.removeAllListeners('request');
  server.on('request', (request, response) => {
    const { host, url } = targetOf(request.url ?? '/');
    // RFC 9112, section 3.2.2: an absolute address counts more than the Host header.
    if (host !== null) request.headers.host = host;
    request.url = url;
    const trouble = troubleOf(request.method ?? '', url);
    if (trouble) return refuse(trouble, response);
    for (const listener of listeners) listener.call(server, request, response);
  });
}

/** The host of an address in absolute form, and the path with one slash where there were several; the query is left as it is. */
export function targetOf(target: string): { host: string | null; url: string } {
  const [, host = null, rest = ''] = /^https?:\/\/([^/?#\\]*)(.*)$/is.exec(target) ?? [target, null, target];
  const [, path = '', query = ''] = /^([^?#]*)(.*)$/s.exec(rest) ?? [];
  return { host, url: `/${path}`.replaceAll(/[\\/]+/g, '/') + query };
}

function troubleOf(method: string, url: string): DarkroomError | null {
  if (!KNOWN.has(method)) {
    const headers = { allow: METHODS.join(', ') };
    return new DarkroomError('METHOD_NOT_ALLOWED', `There is no ${method} here`, { context: { headers } });
  }
  try {
    decodeURIComponent(url.replace(/[?#].*$/s, ''));
    return null;
  } catch {
    return new DarkroomError('BAD_ADDRESS', 'The path has a "%" that two hexadecimal digits of UTF-8 do not follow');
  }
}

function refuse(trouble: DarkroomError, response: ServerResponse): void {
  const problem = problemResponse(trouble, silentLogger);
  response.writeHead(problem.status, Object.fromEntries(problem.headers));
  void problem.text().then((text) => response.end(text));
}
