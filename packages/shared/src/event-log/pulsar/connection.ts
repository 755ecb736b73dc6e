import { readFileSync } from 'node:fs';
import { DarkroomError, messageOf } from '../../errors/darkroom-error.ts';

/** Secrets stand apart from all that may be logged. */
export type PulsarSecrets = { token: string | null; tokenFile: string | null };

/** The token of this moment: a file is read at each connection, because its owner replaces it before the token ends. */
export function tokenOf({ token, tokenFile }: PulsarSecrets): string | null {
  return tokenFile === null ? token : readText(tokenFile, 'PULSAR_TOKEN_FILE').trim();
}

/** In a header always; a URL would stand in logs of proxies. */
export function authorizationOf(secrets: PulsarSecrets): Record<string, string> {
  const token = tokenOf(secrets);
  return token === null ? {} : { authorization: `Bearer ${token}` };
}

export function certificatesOf(caFile: string | null): { ca?: string } {
  return caFile === null ? {} : { ca: readText(caFile, 'PULSAR_TLS_CA_FILE') };
}

function readText(file: string, variable: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new DarkroomError('LOG_UNAVAILABLE', `${variable} cannot be read: ${messageOf(error)}`, { cause: error });
  }
}
