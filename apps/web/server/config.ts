import { resolve } from 'node:path';
import { type EnginesConfig, enginesConfig, enginesEnvironment } from '@darkroom/shared/config/engines';
import { type Environment, milliseconds, parseEnvironment, port } from '@darkroom/shared/config/parse-environment';
import { WORKER_SILENT_MS } from '@darkroom/shared/domain/retry-policy';
import { z } from 'zod';

export type WebConfig = EnginesConfig & {
  /** The address it was told to listen at, if any. */
  host: string | undefined;
  /** Without a trailing slash; begins every URL in answers. */
  publicUrl: string;
  readModelFile: string;
  /** Names by which this server may be called, beside the loopback ones. */
  allowedHosts: readonly string[];
  workerSilentMs: number;
  /** How long a stop waits for running requests. */
  drainDeadlineMs: number;
};

const environmentSchema = enginesEnvironment.extend({
  /** Next's own name for the address to listen at; HOST is taken where it is absent. */
  HOSTNAME: z.string().optional(),
  HOST: z.string().optional(),
  PORT: port.default(8000),
  PUBLIC_URL: z.url({ protocol: /^https?$/, error: 'must be an http(s) URL' }).optional(),
  READ_MODEL_FILE: z.string().optional(),
  /** Comma-separated host names, without ports. */
  ALLOWED_HOSTS: z.string().default(''),
  WORKER_SILENT_MS: milliseconds.default(WORKER_SILENT_MS),
  DRAIN_DEADLINE_MS: milliseconds.default(8000),
});

export function webConfig(environment: Environment): WebConfig {
  const parsed = parseEnvironment(environmentSchema, environment);
  const publicUrl = (parsed.PUBLIC_URL ?? `http://localhost:${parsed.PORT}`).replace(/\/+$/, '');
  const named = parsed.ALLOWED_HOSTS.split(',').map((name) => name.trim().toLowerCase());
  return {
    ...enginesConfig(parsed),
    host: parsed.HOSTNAME ?? parsed.HOST,
    publicUrl,
    // Told to look for the files that this names, the bundler would put the whole project into the standalone output.
    readModelFile: resolve(
      /* turbopackIgnore: true */ parsed.READ_MODEL_FILE ?? `${parsed.DARKROOM_DATA}/read-model/web.sqlite`,
    ),
    allowedHosts: [...named.filter((name) => name !== ''), new URL(publicUrl).hostname.toLowerCase()],
    workerSilentMs: parsed.WORKER_SILENT_MS,
    drainDeadlineMs: parsed.DRAIN_DEADLINE_MS,
  };
}
