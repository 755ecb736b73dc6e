import { DarkroomError, isDarkroomError, messageOf } from '../../errors/darkroom-error.ts';

/** True when asking again will not help before somebody changes something: a missing topic, a refused token. */
export function isRefusal(error: unknown): boolean {
  return isDarkroomError(error) && (error.context['refused'] === true || error.code !== 'LOG_UNAVAILABLE');
}

function refusal(message: string): DarkroomError {
  return new DarkroomError('LOG_UNAVAILABLE', message, { context: { refused: true } });
}

/** What an HTTP status of either API means, in a sentence that says what to do. `what` is an infinitive: "publish to …". */
export function translatePulsarStatus(status: number, body: string, what: string): DarkroomError {
  const said = plainText(body);
  if (status === 401) {
    return refusal(
      `Pulsar refused to ${what} (401): the token is missing, wrong or expired (PULSAR_TOKEN, PULSAR_TOKEN_FILE)${hint(said)}`,
    );
  }
  if (status === 403 || /not authorized|unauthorized/i.test(said)) {
    return refusal(
      `Pulsar refused to ${what} (${status}): the token's role lacks the right; grant it "produce" and "consume" on the namespace`,
    );
  }
  if (status === 404 || /(not found|does not exist)/i.test(said)) return missing(what, said);
  if (status === 400 || status === 412) return refusal(`Pulsar refused to ${what} (${status})${hint(said)}`);
  return new DarkroomError('LOG_UNAVAILABLE', `Pulsar could not ${what} (${status})${hint(said)}`);
}

export function missing(what: string, said = ''): DarkroomError {
  return refusal(`Pulsar cannot ${what}: it does not exist; run the setup first (npm run pulsar:setup)${hint(said)}`);
}

export function partitioned(topic: string): DarkroomError {
  return refusal(
    `The topic ${topic} is partitioned, and topics of this product are not: delete it and run the setup (npm run pulsar:setup)`,
  );
}

export function quorumsUnknown(): DarkroomError {
  return refusal(
    "The token may not read the broker's configuration: say how many copies of a message to keep in PULSAR_ENSEMBLE, PULSAR_WRITE_QUORUM and PULSAR_ACK_QUORUM",
  );
}

export function unreachable(what: string, cause: unknown): DarkroomError {
  if (isDarkroomError(cause)) return cause;
  return new DarkroomError('LOG_UNAVAILABLE', `Pulsar does not answer (to ${what}): ${reasonOf(cause)}`, { cause });
}

export function closedLog(): DarkroomError {
  return new DarkroomError('LOG_UNAVAILABLE', 'The event log is closed');
}

/** Several addresses that all refused give an error without a message (AggregateError). */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return messageOf(error.errors[0]);
  return messageOf(error) || 'the connection failed';
}

function hint(said: string): string {
  return said === '' ? '' : `: ${said}`;
}

const SAID_MAX = 200;

/** The broker answers in JSON, or in a page of HTML around `{"errorMsg":"…"}`. Nothing of it is secret. */
function plainText(body: string): string {
  const text = body.replaceAll('&quot;', '"');
  const [, message] = /"(?:errorMsg|reason)":"([^"]*)"/.exec(text) ?? [];
  return (message ?? text.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ')).trim().slice(0, SAID_MAX);
}
