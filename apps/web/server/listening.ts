import { Server as HttpServer } from 'node:http';
import { Server } from 'node:net';
import { DarkroomError } from '@darkroom/shared/errors/darkroom-error';

/** Node lists what keeps the process alive, without a documented name; the sockets themselves are the truth that options only ask for. */
type WithHandles = { _getActiveHandles?: () => unknown[] };

/** The HTTP servers of this process. */
export function httpServers(): HttpServer[] {
  return handles()
    .filter((handle) => handle instanceof HttpServer)
    .filter(({ listening }) => listening);
}

/** The addresses at which this process listens. */
export function listeningAddresses(): string[] {
  return handles().flatMap((handle) => {
    const address = handle instanceof Server && handle.listening ? handle.address() : null;
    return typeof address === 'object' && address !== null ? [address.address] : [];
  });
}

function handles(): unknown[] {
  // A property that the types do not know.
  const { _getActiveHandles } = process as WithHandles;
  return _getActiveHandles?.call(process) ?? [];
}

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|::1|\[::1\]|::ffff:127(\.\d{1,3}){3})$/i;

/**
 * Until there are people and keys, whoever reaches the socket may do everything, so it must be out of reach for other machines.
 * `host` is what the server was told, for when its sockets cannot be seen; told nothing, it takes every address.
 */
export function refuseBeyondLoopback(addresses: readonly string[], host: string | undefined): void {
  const told = addresses.length > 0 ? addresses : [host ?? '0.0.0.0'];
  const beyond = told.find((address) => !LOOPBACK.test(address));
  if (beyond === undefined) return;
  throw new DarkroomError(
    'CONFIG_INVALID',
    `Darkroom has no accounts yet and must not be reached from other machines, but would listen at ${beyond}: ` +
      'set HOSTNAME=127.0.0.1 (next dev: -H 127.0.0.1)',
  );
}
