import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DarkroomError } from '../errors/darkroom-error.ts';

export type Readiness = { ready: boolean; reasons: readonly string[] };

/** `GET /health` (liveness) and `GET /ready` (503 with its reasons) of a worker process, on loopback unless `host` says else. */
export async function startHealthServer(options: {
  host: string;
  port: number;
  readiness: () => Readiness;
}): Promise<AsyncDisposable & { port: number }> {
  const server = createServer((request, response) => {
    const path = request.url?.split('?')[0]?.replace(/(.)\/$/, '$1');
    const answer = (status: number, body: object) => {
      response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
      response.end(JSON.stringify(body));
    };
    if (path === '/health') return answer(200, { status: 'ok' });
    if (path !== '/ready') return answer(404, { status: 'unknown path' });
    const { ready, reasons } = options.readiness();
    return answer(ready ? 200 : 503, { status: ready ? 'ok' : 'not ready', reasons });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(translateListenError(error, options.port)));
    server.listen(options.port, options.host, resolve);
  });
  // A listening TCP server has an AddressInfo.
  const { port } = server.address() as AddressInfo;
  return {
    port,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A port in use is the commonest fault of a start: one sentence says which and what to do. */
export function translateListenError(error: Error, port: number): Error {
  if ('code' in error && error.code === 'EADDRINUSE') {
    return new DarkroomError(
      'CONFIG_INVALID',
      `Port ${port} is in use: stop what listens there or choose another port`,
      {
        cause: error,
      },
    );
  }
  return error;
}
