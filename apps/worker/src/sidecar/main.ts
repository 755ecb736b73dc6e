import { faultsFrom } from '@darkroom/shared/faults/faults';
import { runMain } from '@darkroom/shared/lifecycle/run-main';
import { createLogger } from '@darkroom/shared/telemetry/logger';
import { sidecarConfig } from './config.ts';
import { startSidecar } from './start-sidecar.ts';

const logger = createLogger('sidecar');
const config = sidecarConfig(process.env);
await runMain(async (signal) => await startSidecar(config, { signal, logger, faults: faultsFrom(process.env) }), {
  logger,
  stopDeadlineMs: config.drainDeadlineMs + 5000,
});
