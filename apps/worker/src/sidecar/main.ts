import { failPointsFrom } from '@darkroom/shared/fail-points/fail-points';
import { runMain } from '@darkroom/shared/lifecycle/run-main';
import { createLogger } from '@darkroom/shared/telemetry/logger';
import { sidecarConfig } from './config.ts';
import { startSidecar } from './start-sidecar.ts';

const logger = createLogger('sidecar');
const config = sidecarConfig(process.env);
await runMain(
  async (signal) => await startSidecar(config, { signal, logger, failPoints: failPointsFrom(process.env) }),
  {
    logger,
    stopDeadlineMs: config.drainDeadlineMs + 5000,
  },
);
