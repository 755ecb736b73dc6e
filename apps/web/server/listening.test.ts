import { createServer } from 'node:http';
import { describe, expect, test } from 'vitest';
import { httpServers, listeningAddresses, refuseBeyondLoopback } from './listening.ts';

describe('without accounts', () => {
  test.each([
    [['127.0.0.1'], undefined],
    [['::1'], 'my-machine'],
    [['::ffff:127.0.0.1'], undefined],
    [['127.0.0.1', '::1'], '0.0.0.0'],
    [[], '127.0.0.1'],
    [[], 'localhost'],
    [[], '::1'],
  ])('listening at %j (told %s) is allowed', (addresses, host) => {
    refuseBeyondLoopback(addresses, host);
  });

  test.each([
    [['0.0.0.0'], '127.0.0.1'],
    [['::'], undefined],
    [['127.0.0.1', '192.168.1.5'], undefined],
    [[], '0.0.0.0'],
    [[], undefined],
    [[], 'localhost.example'],
    [[], '127.0.0.1.example'],
    [[], '1270.0.0.1'],
  ])('listening at %j (told %s) is refused in one sentence', (addresses, host) => {
    expect(() => refuseBeyondLoopback(addresses, host)).toThrow(/^Darkroom has no accounts yet.*HOSTNAME=127\.0\.0\.1/);
  });

  test('the true addresses are those of the sockets', async () => {
    const server = createServer();
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    expect(listeningAddresses()).toContain('127.0.0.1');
    expect(httpServers()).toContain(server);
    await new Promise((closed) => server.close(closed));
    expect(httpServers()).not.toContain(server);
  });
});
