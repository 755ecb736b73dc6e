import { z } from 'zod';

/** The address of a server. A secret in a URL would stand in logs, so it has neither user nor password, and no query. */
export function addressOf(protocol: RegExp, words: string) {
  return z.string().refine((value) => {
    const url = URL.canParse(value) ? new URL(value) : null;
    return url !== null && protocol.test(url.protocol) && url.username + url.password + url.search + url.hash === '';
  }, `must be ${words}, without user, password or query`);
}
