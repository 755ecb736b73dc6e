import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { expect, test } from 'vitest';
import { WebSocketServer } from 'ws';
import { certificateForTests } from '../certificate-for-tests.ts';
import { openSocket } from './open-socket.ts';

async function listen(options: { autoPong?: boolean } = {}) {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', ...options });
  await once(server, 'listening');
  const address = server.address();
  const port = address !== null && typeof address === 'object' ? address.port : 0;
  return {
    ...{ server, url: `ws://127.0.0.1:${port}/x` },
    [Symbol.asyncDispose]: async () => {
      for (const client of server.clients) client.terminate();
      server.close();
    },
  };
}
const settings = { caFile: null, secrets: { token: 'secret-token', tokenFile: null }, pingEveryMs: 50 };
const handlers = () => {
  const ended = Promise.withResolvers<Error>();
  return { onFrame() {}, onEnd: (reason: Error) => ended.resolve(reason), ended: ended.promise };
};

test('the token goes in a header and nowhere else, and frames are not compressed', async () => {
  await using broker = await listen();
  const connection = once(broker.server, 'connection');
  const socket = await openSocket(broker.url, 'try', settings, handlers(), {});
  const [, request] = (await connection) as [unknown, IncomingMessage]; // what `ws` emits
  expect(request.headers.authorization).toBe('Bearer secret-token');
  expect(request.headers['sec-websocket-extensions']).toBeUndefined();
  expect(request.url).not.toContain('secret');
  await socket.close();
});

test('pings while nothing else is said, and keeps a socket that answers', async () => {
  await using broker = await listen();
  let pings = 0;
  broker.server.on('connection', (peer) => peer.on('ping', () => (pings += 1)));
  const socket = await openSocket(broker.url, 'try', settings, handlers(), {});
  await expect.poll(() => pings).toBeGreaterThan(6);
  expect(socket.isOpen).toBe(true);
  await socket.close();
  expect(socket.isOpen).toBe(false);
});

test('a peer that answers no ping any more is given up', async () => {
  await using broker = await listen({ autoPong: false });
  const given = handlers();
  await openSocket(broker.url, 'try', settings, given, {});
  expect(String(await given.ended)).toMatch(/does not answer \(to try\)/);
});

test('an opening that is aborted leaves nothing open', async () => {
  await using broker = await listen();
  const stop = new AbortController();
  const opening = openSocket(broker.url, 'try', settings, handlers(), { signal: stop.signal });
  stop.abort(new Error('stop'));
  await expect(opening).rejects.toThrow('stop');
  await expect.poll(() => broker.server.clients.size).toBe(0);
});

test('a certificate of an own authority is accepted with its file and refused without', async (context) => {
  const certificate = certificateForTests();
  if (certificate === null) return context.skip('openssl, which makes the certificate, is not on this machine');
  const https = createTlsServer(certificate).listen(0, '127.0.0.1');
  const server = new WebSocketServer({ server: https });
  await once(https, 'listening');
  const address = https.address();
  const url = `wss://127.0.0.1:${address !== null && typeof address === 'object' ? address.port : 0}`;
  const socket = await openSocket(url, 'try', { ...settings, caFile: certificate.file }, handlers(), {});
  await socket.close();
  await expect(openSocket(url, 'try', settings, handlers(), {})).rejects.toThrow(/certificate/);
  server.close();
  https.close();
});
