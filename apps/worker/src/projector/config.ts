import { resolve } from 'node:path';
import { type EnginesConfig, enginesConfig, enginesEnvironment } from '@darkroom/shared/config/engines';
import { type Environment, parseEnvironment, port } from '@darkroom/shared/config/parse-environment';
import { z } from 'zod';

export type ProjectorConfig = {
  eventLog: EnginesConfig['eventLog'];
  readModelFile: string;
  health: { host: string; port: number };
};

const environmentSchema = enginesEnvironment.extend({
  /** One file per web process, beside it. */
  READ_MODEL_FILE: z.string().optional(),
  PROJECTOR_HOST: z.string().default('127.0.0.1'),
  PROJECTOR_PORT: port.default(9101),
});

export function projectorConfig(environment: Environment): ProjectorConfig {
  const parsed = parseEnvironment(environmentSchema, environment);
  return {
    eventLog: enginesConfig(parsed).eventLog,
    readModelFile: resolve(parsed.READ_MODEL_FILE ?? resolve(parsed.DARKROOM_DATA, 'read-model/web.sqlite')),
    health: { host: parsed.PROJECTOR_HOST, port: parsed.PROJECTOR_PORT },
  };
}
