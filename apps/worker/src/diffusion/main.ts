import { runMain } from '@darkroom/shared/lifecycle/run-main';
import { createLogger } from '@darkroom/shared/telemetry/logger';
import { diffusionConfig } from './config.ts';
import { startDiffusion } from './start-diffusion.ts';

const logger = createLogger('diffusion');
await runMain(async (signal) => await startDiffusion(diffusionConfig(process.env), { signal, logger }), {
  logger,
  stopDeadlineMs: 5000,
});
