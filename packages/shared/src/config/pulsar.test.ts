import { describe, expect, test } from 'vitest';
import { enginesConfig, enginesEnvironment } from './engines.ts';
import { type Environment, parseEnvironment } from './parse-environment.ts';

const eventLogOf = (environment: Environment) =>
  enginesConfig(parseEnvironment(enginesEnvironment, environment)).eventLog;

const PULSAR = {
  EVENT_LOG: 'pulsar',
  PULSAR_ADMIN_URL: 'https://pulsar.example:8443',
  PULSAR_WS_URL: 'wss://pulsar.example:8443',
};

describe('which event log', () => {
  test('is the embedded one unless another is asked for', () => {
    expect(eventLogOf({}).kind).toBe('embedded');
    expect(eventLogOf({ EVENT_LOG: 'embedded', PULSAR_TENANT: 'x' }).kind).toBe('embedded');
  });

  test('is Pulsar with all that it needs, secrets apart', () => {
    expect(
      eventLogOf({ ...PULSAR, PULSAR_TOKEN: 'secret', PULSAR_ALLOWED_HOSTS: 'a:8080, *.b', PULSAR_TLS_CA_FILE: '/ca' }),
    ).toEqual({
      kind: 'pulsar',
      transport: { kind: 'websocket', url: 'wss://pulsar.example:8443' },
      adminUrl: 'https://pulsar.example:8443',
      tenant: 'genai',
      namespace: 'txt2img',
      caFile: '/ca',
      allowedHosts: ['a:8080', '*.b'],
      secrets: { token: 'secret', tokenFile: null },
    });
    const native = { PULSAR_TRANSPORT: 'native', PULSAR_WS_URL: '', PULSAR_SERVICE_URL: 'pulsar+ssl://a:6651,b:6651' };
    expect(eventLogOf({ ...PULSAR, ...native })).toMatchObject({
      transport: { kind: 'native', serviceUrl: 'pulsar+ssl://a:6651,b:6651' },
    });
  });

  test.each([
    ['an unknown log', { EVENT_LOG: 'kafka' }, /EVENT_LOG/],
    ['Pulsar without an admin API', { ...PULSAR, PULSAR_ADMIN_URL: '' }, /needs PULSAR_ADMIN_URL/],
    ['Pulsar without a broker', { ...PULSAR, PULSAR_WS_URL: '' }, /websocket needs PULSAR_WS_URL/],
    [
      'native Pulsar without a broker',
      { ...PULSAR, PULSAR_TRANSPORT: 'native', PULSAR_WS_URL: '' },
      /PULSAR_SERVICE_URL/,
    ],
    ['two brokers', { ...PULSAR, PULSAR_SERVICE_URL: 'pulsar://a:6650' }, /both set/],
    ['two tokens', { ...PULSAR, PULSAR_TOKEN: 'a', PULSAR_TOKEN_FILE: 'b' }, /both set/],
    ['Pulsar beside the embedded log', { PULSAR_ADMIN_URL: PULSAR.PULSAR_ADMIN_URL }, /EVENT_LOG is embedded/],
    ['a secret in a URL', { ...PULSAR, PULSAR_WS_URL: 'wss://u:p@pulsar.example' }, /without user, password/],
    ['a token in a URL', { ...PULSAR, PULSAR_WS_URL: 'wss://pulsar.example?token=x' }, /without user, password/],
    ['a URL of another kind', { ...PULSAR, PULSAR_WS_URL: 'https://pulsar.example' }, /ws:\/\/ or wss/],
    ['a tenant with a slash', { ...PULSAR, PULSAR_TENANT: 'a/b' }, /PULSAR_TENANT/],
  ])('%s is refused in a sentence', (_name, environment, sentence) => {
    expect(() => eventLogOf(environment)).toThrow(sentence);
    expect(() => eventLogOf(environment)).toThrow(/^The configuration is invalid\. /);
  });
});
