import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { type EnginesConfig, enginesConfig, enginesEnvironment } from '@darkroom/shared/config/engines';
import { type Environment, milliseconds, parseEnvironment, port } from '@darkroom/shared/config/parse-environment';
import { WORKER_SILENT_MS } from '@darkroom/shared/domain/retry-policy';
import { z } from 'zod';

export type SidecarConfig = EnginesConfig & {
  workerId: string;
  diffusionUrl: string;
  health: { host: string; port: number };
  /** Scales the waits of retries and hand-backs; tests lower it. */
  delayFactor: number;
  statusEveryMs: number;
  workerSilentMs: number;
  /** How long a stop waits for the rendering before it aborts it. */
  drainDeadlineMs: number;
};

const environmentSchema = enginesEnvironment.extend({
  /** Names the worker in events; each start is another worker. */
  WORKER_NAME: z.string().max(60).optional(),
  DIFFUSION_URL: z.url().default('http://127.0.0.1:18812'),
  SIDECAR_HOST: z.string().default('127.0.0.1'),
  SIDECAR_PORT: port.default(9102),
  DELAY_FACTOR: z.coerce.number<string>().positive().default(1),
  WORKER_STATUS_EVERY_MS: milliseconds.default(5000),
  WORKER_SILENT_MS: milliseconds.default(WORKER_SILENT_MS),
  DRAIN_DEADLINE_MS: milliseconds.default(25_000),
});

export function sidecarConfig(environment: Environment): SidecarConfig {
  const parsed = parseEnvironment(environmentSchema, environment);
  return {
    ...enginesConfig(parsed),
    workerId: `${parsed.WORKER_NAME ?? hostname()}-${randomBytes(3).toString('hex')}`,
    diffusionUrl: parsed.DIFFUSION_URL,
    health: { host: parsed.SIDECAR_HOST, port: parsed.SIDECAR_PORT },
    delayFactor: parsed.DELAY_FACTOR,
    statusEveryMs: parsed.WORKER_STATUS_EVERY_MS,
    workerSilentMs: parsed.WORKER_SILENT_MS,
    drainDeadlineMs: parsed.DRAIN_DEADLINE_MS,
  };
}
