import { describeGenerateContract } from '../../protocol/generate.contract.ts';
import { diffusionConfig } from '../config.ts';
import { startDiffusion } from '../start-diffusion.ts';

describeGenerateContract('the fake engine', {
  start: async ({ busyWaitMs, silentMs }) =>
    await startDiffusion({
      ...diffusionConfig({ DIFFUSION_PORT: '0', DIFFUSION_ENGINE: 'fake' }),
      ...{ busyWaitMs, silentMs },
    }),
  slow: { prompt: 'fake:step-ms=30', steps: 150 },
  batchPsnrMin: Number.POSITIVE_INFINITY,
});
