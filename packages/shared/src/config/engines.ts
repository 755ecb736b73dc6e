import { resolve } from 'node:path';
import { z } from 'zod';
import { type PulsarConfig, pulsarConfig, pulsarEnvironment, refusePulsarSettings } from './pulsar.ts';
import { type S3StoreConfig, s3Environment, s3StoreConfig } from './s3-store.ts';

/** Which engine stands behind each port. A union, so that an adapter never sees another one's settings. */
export type EnginesConfig = {
  eventLog: EmbeddedLogConfig | PulsarConfig;
  objectStore: { kind: 'folder'; folder: string } | S3StoreConfig;
};

export type EmbeddedLogConfig = { kind: 'embedded'; folder: string; leaseTimeoutMs: number | undefined };

/** The variables that web and workers share. */
export const enginesEnvironment = z.object({
  /** Folder of everything that one machine keeps. */
  DARKROOM_DATA: z.string().default('.darkroom'),
  /** How long a consumer that died keeps its job. */
  LEASE_TIMEOUT_MS: z.coerce.number<string>().int().min(100).optional(),
  EVENT_LOG: z.enum(['embedded', 'pulsar'], 'must be embedded or pulsar').default('embedded'),
  ...pulsarEnvironment.shape,
  OBJECT_STORE: z.enum(['folder', 's3'], 'must be folder or s3').default('folder'),
  ...s3Environment,
});

export function enginesConfig(environment: z.infer<typeof enginesEnvironment>): EnginesConfig {
  const data = resolve(environment.DARKROOM_DATA);
  return {
    eventLog: eventLogConfig(environment, data),
    objectStore: s3StoreConfig(environment.OBJECT_STORE, environment) ?? {
      kind: 'folder',
      folder: resolve(data, 'objects'),
    },
  };
}

function eventLogConfig(environment: z.infer<typeof enginesEnvironment>, data: string): EnginesConfig['eventLog'] {
  if (environment.EVENT_LOG === 'pulsar') return pulsarConfig(environment);
  refusePulsarSettings(environment);
  return { kind: 'embedded', folder: resolve(data, 'log'), leaseTimeoutMs: environment.LEASE_TIMEOUT_MS };
}
