import { z } from 'zod';
import type { Abortable } from '../../lifecycle/abortable.ts';
import type { AdminClient } from './admin-client.ts';
import { translatePulsarStatus, unreachable } from './pulsar-errors.ts';

/** Copies of each message: `write` of the `ensemble` bookies have it, `acknowledge` of these before a publish is durable. */
export type Quorums = { ensemble: number; write: number; acknowledge: number };

/** A broker tells numbers and booleans as text. */
const runtime = z.object({
  managedLedgerDefaultEnsembleSize: z.coerce.number(),
  managedLedgerDefaultWriteQuorum: z.coerce.number(),
  managedLedgerDefaultAckQuorum: z.coerce.number(),
  webSocketServiceEnabled: z.string().optional(),
  webSocketSessionIdleTimeoutMillis: z.coerce.number().optional(),
  webSocketPingDurationSeconds: z.coerce.number().optional(),
});
type Runtime = z.infer<typeof runtime>;

/** What the broker itself is set to; null where the token may not ask (only a superuser may). */
export async function brokerSettings(admin: AdminClient, options: Abortable): Promise<Runtime | null> {
  const what = "read the broker's configuration";
  const { status, body } = await admin.call('GET', 'brokers/configuration/runtime', what, options);
  if (status === 401 || status === 403) return null;
  if (status === 404) throw unreachable(what, new Error('PULSAR_ADMIN_URL leads to no admin API'));
  if (status !== 200) throw translatePulsarStatus(status, body, what);
  return runtime.parse(JSON.parse(body));
}

/** A frozen worker's job is to be elsewhere within 90 s: the broker's timeout, and what a new delivery takes. */
const IDLE_TIMEOUT_MS_MAX = 75_000;

/** What an operator has to change at the broker, because no client can. */
export function brokerAdvice(settings: Runtime): string[] {
  const {
    webSocketServiceEnabled,
    webSocketSessionIdleTimeoutMillis: idle = 0,
    webSocketPingDurationSeconds: ping = -1,
  } = settings;
  return [
    ...(webSocketServiceEnabled === 'false'
      ? [
          'this broker serves no WebSocket API (webSocketServiceEnabled=false): PULSAR_WS_URL must name a proxy that does',
        ]
      : []),
    ...(idle > IDLE_TIMEOUT_MS_MAX
      ? [
          `webSocketSessionIdleTimeoutMillis is ${idle}: a frozen worker keeps its job that long; set it to 60000 where the WebSocket API is served`,
        ]
      : []),
    ...(ping > 0
      ? [`webSocketPingDurationSeconds is ${ping}: its pings keep frozen workers alive for ever; set it to -1`]
      : []),
  ];
}
