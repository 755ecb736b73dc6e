import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { text as streamText } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { standBefore, targetOf } from './front.ts';

test.each([
  ['/images//', null, '/images/'],
  ['//images', null, '/images'],
  ['/images\\', null, '/images/'],
  ['/images/?q=a//b', null, '/images/?q=a//b'],
  ['http://localhost:8000/images/', 'localhost:8000', '/images/'],
  ['HTTP://evil.example//images?x', 'evil.example', '/images?x'],
  ['http://evil.example', 'evil.example', '/'],
  ['*', null, '/*'],
  ['/', null, '/'],
])('the target %j is at the host %j the address %j', (target, host, url) => {
  expect(targetOf(target)).toEqual({ host, url });
});

/** A server whose own listener tells what reached it, and its raw answer to a request line. */
async function answerTo(requestLine: string): Promise<string> {
  const server = createServer((request, response) =>
    response.end(JSON.stringify({ url: request.url, host: request.headers.host })),
  );
  standBefore(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  socket.end(`${requestLine} HTTP/1.1\r\nhost: given.example\r\nconnection: close\r\n\r\n`);
  const answer = await streamText(socket);
  server.close();
  return answer;
}

test.each([
  ['POST //images//', { url: '/images/', host: 'given.example' }],
  ['GET http://other.example/images/?a=//b', { url: '/images/?a=//b', host: 'other.example' }],
])('%s goes on as it is meant, without a redirect', async (line, reached) => {
  const answer = await answerTo(line);
  expect(answer).toMatch(/^HTTP\/1\.1 200/);
  expect(answer).toContain(JSON.stringify(reached));
});

test.each([
  ['GET /images/%', 400, 'BAD_ADDRESS'],
  ['GET /images/%c3%28', 400, 'BAD_ADDRESS'],
  ['TRACE /images/', 405, 'METHOD_NOT_ALLOWED'],
  ['PROPFIND /', 405, 'METHOD_NOT_ALLOWED'],
])('%s is refused with %i before any route', async (line, status, code) => {
  const answer = await answerTo(line);
  expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status}`));
  expect(answer).toContain('application/problem+json');
  expect(answer).toContain(code);
});
