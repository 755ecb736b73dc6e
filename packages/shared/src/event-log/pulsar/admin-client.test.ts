import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type AdminSettings, allowedTarget, createAdminClient } from './admin-client.ts';
import { certificateForTests } from './certificate-for-tests.ts';

async function serve(answer: RequestListener, server: Server = createServer()) {
  const requests: IncomingMessage[] = [];
  server.on('request', (request, response) => {
    requests.push(request);
    answer(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = address !== null && typeof address === 'object' ? address.port : 0;
  return {
    ...{ server, port, requests },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
const settings = (port: number, more: Partial<AdminSettings> = {}): AdminSettings => ({
  adminUrl: `http://127.0.0.1:${port}`,
  allowedHosts: [],
  caFile: null,
  secrets: { token: 'secret-token', tokenFile: null },
  ...more,
});

test('the token goes in a header, also after a redirect to a host that is allowed', async () => {
  await using broker = await serve((_, response) => response.end('"fine"'));
  await using other = await serve((request, response) => {
    response.writeHead(307, { location: `http://127.0.0.1:${broker.port}${request.url}` }).end();
  });
  using client = createAdminClient(settings(other.port, { allowedHosts: [`127.0.0.1:${broker.port}`] }));
  expect(await client.call('PUT', 'x', 'try', { json: 'earliest' })).toEqual({ status: 200, body: '"fine"' });
  for (const { headers, url, method } of [...other.requests, ...broker.requests]) {
    expect([headers.authorization, url, method]).toEqual(['Bearer secret-token', '/admin/v2/x', 'PUT']);
  }
});

test('a redirect to any other host is not followed', async () => {
  await using stranger = await serve((_, response) => response.end());
  await using broker = await serve((_, response) => {
    response.writeHead(307, { location: `http://localhost:${stranger.port}/` }).end();
  });
  using client = createAdminClient(settings(broker.port, { allowedHosts: ['*.example.com', '127.0.0.1:1'] }));
  await expect(client.call('GET', 'x', 'try')).rejects.toThrow(
    /redirected to http:\/\/localhost.*PULSAR_ALLOWED_HOSTS/,
  );
  expect(stranger.requests).toEqual([]);
});

test('another port of the own host is another server, also where the own address names no port', () => {
  const own = settings(0, { adminUrl: 'http://127.0.0.1' });
  expect(() => allowedTarget(new URL('http://127.0.0.1:33820/x'), own)).toThrow(/not followed/);
  expect(allowedTarget(new URL('http://127.0.0.1/x'), own).href).toBe('http://127.0.0.1/x');
  const named = { ...own, allowedHosts: ['127.0.0.1'] };
  expect(allowedTarget(new URL('http://127.0.0.1:33820/x'), named).port).toBe('33820');
});

test('redirects in a circle end', async () => {
  await using broker = await serve((request, response) => response.writeHead(307, { location: request.url }).end());
  using client = createAdminClient(settings(broker.port));
  await expect(client.call('GET', 'x', 'try')).rejects.toMatchObject({ code: 'LOG_UNAVAILABLE', message: /circle/ });
  expect(broker.requests.length).toBeLessThan(10);
});

test('a kept connection that died is replaced', async () => {
  await using broker = await serve((_, response) => response.end('"fine"'));
  using client = createAdminClient(settings(broker.port));
  for (let i = 0; i < 5; i += 1) {
    expect((await client.call('GET', 'x', 'try')).status).toBe(200);
    // As a broker does that is killed: the client does not know of it yet.
    for (const request of broker.requests) request.socket.resetAndDestroy();
  }
});

test('a token file is read anew at each call', async () => {
  await using broker = await serve((_, response) => response.end());
  const tokenFile = join(mkdtempSync(join(tmpdir(), 'darkroom-token-')), 'token');
  using client = createAdminClient(settings(broker.port, { secrets: { token: null, tokenFile } }));
  await expect(client.call('GET', 'x', 'try')).rejects.toThrow(/PULSAR_TOKEN_FILE cannot be read/);
  for (const token of ['first', 'second']) {
    writeFileSync(tokenFile, `${token}\n`);
    await client.call('GET', 'x', 'try');
  }
  expect(broker.requests.map(({ headers }) => headers.authorization)).toEqual(['Bearer first', 'Bearer second']);
});

test('a certificate of an own authority is accepted with its file and refused without', async (context) => {
  const certificate = certificateForTests();
  if (certificate === null) return context.skip('openssl, which makes the certificate, is not on this machine');
  const server = createTlsServer(certificate);
  await using broker = await serve((_, response) => response.end('"fine"'), server);
  const adminUrl = `https://127.0.0.1:${broker.port}`;
  using trusting = createAdminClient(settings(0, { adminUrl, caFile: certificate.file }));
  expect((await trusting.call('GET', 'x', 'try')).status).toBe(200);
  using other = createAdminClient(settings(0, { adminUrl }));
  await expect(other.call('GET', 'x', 'try')).rejects.toMatchObject({
    code: 'LOG_UNAVAILABLE',
    message: /certificate/,
  });
});
