import { describeGenerateContract } from '../protocol/generate.contract.ts';
import { diffusionConfig } from './config.ts';
import { startDiffusion } from './start-diffusion.ts';

describeGenerateContract('onnxruntime with the built-in model', {
  start: async ({ busyWaitMs, silentMs }) =>
    await startDiffusion({ ...diffusionConfig({ DIFFUSION_PORT: '0' }), busyWaitMs, silentMs }),
  slow: { steps: 150, n_iters: 4 },
  // Rows of a batch are summed in another order.
  batchPsnrMin: 45,
});
