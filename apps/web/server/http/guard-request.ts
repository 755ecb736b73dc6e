import { DarkroomError } from '@darkroom/shared/errors/darkroom-error';

/** What the guard needs to know of this server. */
export type GuardConfig = { publicUrl: string; allowedHosts: readonly string[] };

const LOOPBACK_NAMES = ['localhost', '127.0.0.1', '[::1]'];

/**
 * The guard of the time without accounts, for every route. A page of another site must not reach this server through a name that it
 * makes point here (the Host list, against DNS rebinding), nor change anything with the browser's help (origin and content type).
 */
export function guardRequest(kind: 'reads' | 'changes', headers: Headers, config: GuardConfig): void {
  const host = headers.get('host') ?? '';
  refuseForeignHost(host, config);
  if (kind === 'reads') return;
  refuseForeignOrigin(host, headers, config);
  refuseOtherContent(headers);
}

function refuseForeignHost(host: string, { allowedHosts }: GuardConfig): void {
  const name = hostnameOf(host);
  if (name !== null && (LOOPBACK_NAMES.includes(name) || allowedHosts.includes(name))) return;
  throw new DarkroomError('HOST_REFUSED', 'Call this server by localhost, or add the name to ALLOWED_HOSTS');
}

/** Without port, lower case; null for what is no host. */
function hostnameOf(host: string): string | null {
  const url = URL.canParse(`http://${host}`) ? new URL(`http://${host}`) : null;
  return url !== null && url.pathname === '/' && url.username === '' && /^[^/?#@\\]+$/.test(host) ? url.hostname : null;
}

function refuseForeignOrigin(host: string, headers: Headers, { publicUrl }: GuardConfig): void {
  const origin = headers.get('origin');
  const isOwn =
    origin === null ||
    origin === new URL(publicUrl).origin ||
    (URL.canParse(origin) && /^https?:$/.test(new URL(origin).protocol) && new URL(origin).host === host.toLowerCase());
  if (isOwn && headers.get('sec-fetch-site') !== 'cross-site') return;
  throw new DarkroomError('ORIGIN_REFUSED', 'Changes are only taken from pages of this server, and from programs');
}

/** HTML forms cannot send this type, so a browser asks first (and is refused) before another site's page can. */
function refuseOtherContent(headers: Headers): void {
  const [type = '', ...parameters] = (headers.get('content-type') ?? '').toLowerCase().split(';');
  const charset = parameters.map((each) => each.trim()).find((each) => each.startsWith('charset='));
  const isUtf8 = charset === undefined || /^charset="?utf-?8"?$/.test(charset);
  const encoding = headers.get('content-encoding') ?? 'identity';
  if (type.trim() === 'application/json' && isUtf8 && encoding === 'identity') return;
  throw new DarkroomError('UNSUPPORTED_MEDIA_TYPE', 'The body must be application/json, UTF-8 and not compressed');
}
