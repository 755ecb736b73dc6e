import { WebSocket } from 'ws';
import type { DarkroomError } from '../../../errors/darkroom-error.ts';
import type { Abortable } from '../../../lifecycle/abortable.ts';
import { authorizationOf, certificatesOf, type PulsarSecrets } from '../connection.ts';
import { translatePulsarStatus, unreachable } from '../pulsar-errors.ts';
import type { Link } from '../transport.ts';

export type SocketSettings = { caFile: string | null; secrets: PulsarSecrets; pingEveryMs: number };
export type SocketHandlers = { onFrame(text: string): void; onEnd(reason: DarkroomError): void };
export type Socket = Link & { send(text: string): Promise<void> };

const HANDSHAKE_TIMEOUT_MS = 10_000;
const CLOSE_TIMEOUT_MS = 1000;
const UNANSWERED_PINGS_MAX = 3;
const BODY_MAX = 4000;

/**
 * Opens one socket of the broker's WebSocket API. It pings: the broker ends a session that was silent for
 * `webSocketSessionIdleTimeoutMillis`, and a peer that answers no more is noticed here. `what` is an infinitive for error messages.
 */
export async function openSocket(
  url: string,
  what: string,
  settings: SocketSettings,
  handlers: SocketHandlers,
  { signal }: Abortable,
): Promise<Socket> {
  signal?.throwIfAborted();
  const socket = new WebSocket(url, {
    headers: authorizationOf(settings.secrets),
    ...certificatesOf(settings.caFile),
    // Measured: readers are twice as fast without.
    perMessageDeflate: false,
    handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
  });
  const opening = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<void>();
  let closing = false;
  socket.on('open', () => opening.resolve());
  socket.on('error', (error) => opening.reject(unreachable(what, error)));
  socket.on('unexpected-response', (_request, response) => {
    let body = '';
    response.setEncoding('utf8');
    response.on('data', (part: string) => {
      if (body.length < BODY_MAX) body += part;
    });
    response.on('close', () => {
      opening.reject(translatePulsarStatus(response.statusCode ?? 0, body, what));
      socket.terminate();
    });
  });
  socket.on('message', (data) => {
    if (!closing) handlers.onFrame(data.toString());
  });
  socket.on('close', (code, reason) => {
    const error = unreachable(what, new Error(`the broker closed the socket (${code} ${reason.toString()})`));
    opening.reject(error);
    ended.resolve();
    if (!closing) handlers.onEnd(error);
  });
  const abort = () => {
    closing = true;
    socket.terminate();
    opening.reject(signal?.reason);
  };
  signal?.addEventListener('abort', abort);
  try {
    await opening.promise;
  } catch (error) {
    closing = true;
    throw error;
  } finally {
    signal?.removeEventListener('abort', abort);
  }
  keepAlive(socket, settings.pingEveryMs);
  return {
    get isOpen() {
      return !closing && socket.readyState === WebSocket.OPEN;
    },
    send: (text) =>
      new Promise((resolve, reject) => {
        socket.send(text, (error) => (error ? reject(unreachable(what, error)) : resolve()));
      }),
    async close() {
      closing = true;
      socket.close();
      const deadline = setTimeout(() => socket.terminate(), CLOSE_TIMEOUT_MS);
      await ended.promise;
      clearTimeout(deadline);
    },
  };
}

function keepAlive(socket: WebSocket, everyMs: number): void {
  let unanswered = 0;
  socket.on('pong', () => {
    unanswered = 0;
  });
  const timer = setInterval(() => {
    if (unanswered >= UNANSWERED_PINGS_MAX) return socket.terminate();
    unanswered += 1;
    socket.ping();
  }, everyMs);
  timer.unref();
  socket.on('close', () => clearInterval(timer));
}
