import { runMain } from '@darkroom/shared/lifecycle/run-main';
import { createLogger } from '@darkroom/shared/telemetry/logger';
import { projectorConfig } from './config.ts';
import { startProjector } from './start-projector.ts';

const logger = createLogger('projector');
await runMain(async (signal) => await startProjector(projectorConfig(process.env), { signal, logger }), {
  logger,
  stopDeadlineMs: 5000,
});
