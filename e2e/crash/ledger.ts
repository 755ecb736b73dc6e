import { randomUUID } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import { accepted } from '@darkroom/shared/schemas/api';

/** What the outside world was promised: each 202, on disk before the next request is made. */
export type Ledger = Disposable & {
  /** Read from the disk each time: the judge believes no memory. */
  readonly accepted: readonly string[];
  submit(prompt: string, more?: object, headers?: Record<string, string>): Promise<string>;
};

const RETRY_MS = 100;

/** Submits as a careful client does: an idempotency key a job, and the same request again while no answer comes. */
export function openLedger(file: string, webUrls: () => readonly string[]): Ledger {
  const descriptor = openSync(file, 'a');
  let turn = 0;
  return {
    get accepted() {
      return readFileSync(file, 'utf8').split('\n').filter(Boolean);
    },
    async submit(prompt, more = {}, headers = {}) {
      const key = randomUUID();
      for (;;) {
        turn += 1;
        const urls = webUrls();
        const id = await post(
          urls[turn % urls.length] ?? '',
          { 'idempotency-key': key, ...headers },
          { prompt, ...more },
        );
        if (id !== null) {
          writeSync(descriptor, `${id}\n`);
          fsyncSync(descriptor);
          return id;
        }
        await new Promise((wake) => setTimeout(wake, RETRY_MS));
      }
    },
    [Symbol.dispose]: () => closeSync(descriptor),
  };
}

/** The id, or null where the same request has to be made again (no answer, or not ready). */
async function post(url: string, headers: Record<string, string>, settings: object): Promise<string | null> {
  const response = await fetch(`${url}/images/`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({
      generation_settings: { steps: 4, width: 64, height: 64, ...settings },
      metadata: { grouping: 'crash' },
    }),
    signal: AbortSignal.timeout(15_000),
  }).catch(() => null);
  const answer = await response?.json().catch(() => null);
  // A web that is killed after the head of its answer has said no id; the same request again gives the same one.
  if (response?.status === 202) return accepted.safeParse(answer).data?.id ?? null;
  if (response && response.status < 500) throw new Error(`refused with ${response.status}: ${JSON.stringify(answer)}`);
  return null;
}
