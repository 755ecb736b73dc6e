import { z } from 'zod';
import { DarkroomError } from '../errors/darkroom-error.ts';
import { addressOf } from './address.ts';

/** What the admin API is reached with; the setup needs no more. */
export type PulsarAdminConfig = {
  adminUrl: string;
  tenant: string;
  namespace: string;
  caFile: string | null;
  /** Brokers that the admin API may redirect to, besides its own host. */
  allowedHosts: readonly string[];
  secrets: { token: string | null; tokenFile: string | null };
};

export type PulsarConfig = PulsarAdminConfig & {
  kind: 'pulsar';
  transport: { kind: 'websocket'; url: string } | { kind: 'native'; serviceUrl: string };
};

/** A name as Pulsar's paths take it. */
const name = z.string().regex(/^[\w=:.-]+$/, 'takes letters, digits and "-_=:."');

export const pulsarEnvironment = z.object({
  PULSAR_TRANSPORT: z.enum(['websocket', 'native']).default('websocket'),
  PULSAR_WS_URL: addressOf(/^wss?:$/, 'a ws:// or wss:// URL').optional(),
  PULSAR_SERVICE_URL: z
    .string()
    .regex(/^pulsar(\+ssl)?:\/\/[^@/?#]+$/, 'must be a pulsar:// or pulsar+ssl:// URL')
    .optional(),
  PULSAR_ADMIN_URL: addressOf(/^https?:$/, 'an http(s) URL').optional(),
  PULSAR_TENANT: name.default('genai'),
  PULSAR_NAMESPACE: name.default('txt2img'),
  PULSAR_TOKEN: z.string().trim().optional(),
  PULSAR_TOKEN_FILE: z.string().optional(),
  PULSAR_TLS_CA_FILE: z.string().optional(),
  /** Comma-separated: `host`, `host:port` or `*.domain`. */
  PULSAR_ALLOWED_HOSTS: z.string().default(''),
  /** For the setup only: copies of each message, where they are not to be the broker's default. */
  PULSAR_ENSEMBLE: z.coerce.number<string>().int().min(1).optional(),
  PULSAR_WRITE_QUORUM: z.coerce.number<string>().int().min(1).optional(),
  PULSAR_ACK_QUORUM: z.coerce.number<string>().int().min(1).optional(),
});
type PulsarEnvironment = z.infer<typeof pulsarEnvironment>;

export function pulsarAdminConfig(environment: PulsarEnvironment): PulsarAdminConfig {
  const { PULSAR_ADMIN_URL, PULSAR_TOKEN, PULSAR_TOKEN_FILE, PULSAR_ALLOWED_HOSTS } = environment;
  if (PULSAR_ADMIN_URL === undefined) throw invalid('Pulsar needs PULSAR_ADMIN_URL');
  if (PULSAR_TOKEN !== undefined && PULSAR_TOKEN_FILE !== undefined)
    throw invalid('PULSAR_TOKEN and PULSAR_TOKEN_FILE are both set: keep one of them');
  return {
    adminUrl: PULSAR_ADMIN_URL,
    tenant: environment.PULSAR_TENANT,
    namespace: environment.PULSAR_NAMESPACE,
    caFile: environment.PULSAR_TLS_CA_FILE ?? null,
    allowedHosts: PULSAR_ALLOWED_HOSTS.split(',')
      .map((host) => host.trim())
      .filter((host) => host !== ''),
    secrets: { token: PULSAR_TOKEN ?? null, tokenFile: PULSAR_TOKEN_FILE ?? null },
  };
}

/** The copies that the setup asks for, or null. */
export function pulsarQuorums({ PULSAR_ENSEMBLE, PULSAR_WRITE_QUORUM, PULSAR_ACK_QUORUM }: PulsarEnvironment) {
  const [ensemble, write, acknowledge] = [PULSAR_ENSEMBLE, PULSAR_WRITE_QUORUM, PULSAR_ACK_QUORUM];
  if (ensemble === undefined && write === undefined && acknowledge === undefined) return null;
  if (ensemble === undefined || write === undefined || acknowledge === undefined)
    throw invalid('PULSAR_ENSEMBLE, PULSAR_WRITE_QUORUM and PULSAR_ACK_QUORUM go together: set all or none');
  if (ensemble < write || write < acknowledge)
    throw invalid('It must be that PULSAR_ENSEMBLE ≥ PULSAR_WRITE_QUORUM ≥ PULSAR_ACK_QUORUM');
  return { ensemble, write, acknowledge };
}

export function pulsarConfig(environment: PulsarEnvironment): PulsarConfig {
  return { kind: 'pulsar', ...pulsarAdminConfig(environment), transport: transportOf(environment) };
}

function transportOf(environment: PulsarEnvironment): PulsarConfig['transport'] {
  const { PULSAR_TRANSPORT, PULSAR_WS_URL: url, PULSAR_SERVICE_URL: serviceUrl } = environment;
  if (url !== undefined && serviceUrl !== undefined)
    throw invalid('PULSAR_WS_URL and PULSAR_SERVICE_URL are both set: keep the one of PULSAR_TRANSPORT');
  if (PULSAR_TRANSPORT === 'native') {
    if (serviceUrl === undefined) throw invalid('PULSAR_TRANSPORT=native needs PULSAR_SERVICE_URL');
    return { kind: 'native', serviceUrl };
  }
  if (url === undefined) throw invalid('PULSAR_TRANSPORT=websocket needs PULSAR_WS_URL');
  return { kind: 'websocket', url };
}

/** Settings of a log that is not used are an error: whoever wrote them believes that it is. */
export function refusePulsarSettings(environment: PulsarEnvironment): void {
  const set = (['PULSAR_WS_URL', 'PULSAR_SERVICE_URL', 'PULSAR_ADMIN_URL'] as const).filter(
    (variable) => environment[variable] !== undefined,
  );
  if (set.length > 0)
    throw invalid(`${set.join(' and ')} set, but EVENT_LOG is embedded: set EVENT_LOG=pulsar, or remove them`);
}

function invalid(sentence: string): DarkroomError {
  return new DarkroomError('CONFIG_INVALID', `The configuration is invalid. ${sentence}`);
}
