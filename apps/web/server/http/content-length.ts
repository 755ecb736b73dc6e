import type { Server } from 'node:http';

/**
 * Next drops the `Content-Length` of a route's answer. Answers whose length is known carry it in this header, and it is put back at the
 * last moment before the head is written.
 */
export const LENGTH_HEADER = 'x-darkroom-length';

export function restoreContentLength(server: Server): void {
  server.prependListener('request', (_request, response) => {
    const writeHead = response.writeHead.bind(response);
    const restore = (...parameters: unknown[]) => {
      const length = response.getHeader(LENGTH_HEADER);
      if (length !== undefined) {
        response.removeHeader(LENGTH_HEADER);
        response.setHeader('content-length', length);
      }
      return Reflect.apply(writeHead, response, parameters);
    };
    // It takes what it passes on, in either of the two forms.
    response.writeHead = restore as typeof writeHead;
  });
}
