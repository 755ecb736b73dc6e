import { Agent as HttpAgent, type IncomingMessage, request as requestHttp } from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import { text } from 'node:stream/consumers';
import { DarkroomError } from '../../errors/darkroom-error.ts';
import type { Abortable } from '../../lifecycle/abortable.ts';
import { authorizationOf, certificatesOf, type PulsarSecrets } from './connection.ts';
import { unreachable } from './pulsar-errors.ts';

export type AdminSettings = {
  adminUrl: string;
  /** Brokers that the admin API may send us on to, besides its own host: `host`, `host:port` or `*.domain`. */
  allowedHosts: readonly string[];
  caFile: string | null;
  secrets: PulsarSecrets;
};
export type AdminAnswer = { status: number; body: string };

/** Pulsar's admin REST API. Every call that is made here may be repeated. `what` is an infinitive for error messages. */
export type AdminClient = Disposable & {
  call(method: 'GET' | 'PUT' | 'POST', path: string, what: string, options?: CallOptions): Promise<AdminAnswer>;
};
type CallOptions = Abortable & { json?: unknown };

const TIMEOUT_MS = 10_000;
const REDIRECTS_MAX = 5;

export function createAdminClient(settings: AdminSettings): AdminClient {
  const agents = { http: new HttpAgent({ keepAlive: true }), https: new HttpsAgent({ keepAlive: true }) };
  const base = settings.adminUrl.replace(/\/+$/, '');

  async function send(url: URL, method: string, { json, signal }: CallOptions): Promise<IncomingMessage> {
    signal?.throwIfAborted();
    const body = json === undefined ? undefined : JSON.stringify(json);
    const secure = url.protocol === 'https:';
    const request = (secure ? requestHttps : requestHttp)(url, {
      method,
      agent: secure ? agents.https : agents.http,
      ...(secure ? certificatesOf(settings.caFile) : {}),
      headers: {
        ...authorizationOf(settings.secrets),
        ...(body === undefined
          ? {}
          : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
      },
      ...(signal ? { signal } : {}),
    });
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    request
      .on('response', resolve)
      .on('error', (error) => reject(Object.assign(error, { reused: request.reusedSocket })));
    request.end(body);
    return await promise;
  }
  /** A kept connection may have died with the broker, unnoticed until its next use. */
  async function sendTwice(url: URL, method: string, options: CallOptions): Promise<IncomingMessage> {
    try {
      return await send(url, method, options);
    } catch (error) {
      options.signal?.throwIfAborted();
      if (!(error instanceof Error && 'reused' in error && error.reused)) throw error;
      return await send(url, method, options);
    }
  }

  return {
    async call(method, path, what, options = {}) {
      options.signal?.throwIfAborted();
      const deadline = AbortSignal.timeout(TIMEOUT_MS);
      const limited = { ...options, signal: AbortSignal.any([deadline, ...(options.signal ? [options.signal] : [])]) };
      let url = new URL(`${base}/admin/v2/${path}`);
      try {
        for (let redirects = 0; ; redirects += 1) {
          const response = await sendTwice(url, method, limited);
          const { statusCode: status = 0, headers } = response;
          const body = await text(response);
          if (status < 300 || status > 399 || headers.location === undefined) return { status, body };
          if (redirects >= REDIRECTS_MAX) throw new Error('it redirects in a circle');
          url = allowedTarget(new URL(headers.location, url), settings);
        }
      } catch (error) {
        options.signal?.throwIfAborted();
        throw unreachable(what, deadline.aborted ? new Error(`no answer within ${TIMEOUT_MS / 1000} s`) : error);
      }
    },
    [Symbol.dispose]() {
      agents.http.destroy();
      agents.https.destroy();
    },
  };
}

/** A redirect names the broker that owns a topic. The token goes with it, so it goes to hosts that the configuration names and to no others. */
export function allowedTarget(target: URL, { adminUrl, allowedHosts }: AdminSettings): URL {
  const own = new URL(adminUrl);
  // Of its own host, only this very port: another one is another server.
  const isOwn = target.host === own.host;
  const isNamed = allowedHosts.some((allowed) =>
    allowed.startsWith('*.')
      ? target.hostname.endsWith(allowed.slice(1))
      : [target.host, target.hostname].includes(allowed),
  );
  const isDowngrade = own.protocol === 'https:' && target.protocol !== 'https:';
  if ((isOwn || isNamed) && !isDowngrade && /^https?:$/.test(target.protocol)) return target;
  throw new DarkroomError(
    'LOG_UNAVAILABLE',
    `Pulsar's admin API redirected to ${target.origin}, which is not followed: add its host to PULSAR_ALLOWED_HOSTS if it is one of its brokers`,
    { context: { refused: true } },
  );
}
