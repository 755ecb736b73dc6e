/** Entry of the inference process that runs onnxruntime; its options are the first argument, as JSON. */
import { createLogger } from '@darkroom/shared/telemetry/logger';
import { z } from 'zod';
import { serveEngine } from '../engine-process/serve-engine.ts';
import { createOnnxEngine } from './onnx-engine.ts';

const options = z.object({
  threads: z.int().min(1),
  executionProvider: z.enum(['auto', 'cpu', 'cuda', 'tensorrt']),
  modelsBytesMax: z.number().min(0),
});

const logger = createLogger('engine');
serveEngine(
  createOnnxEngine({
    ...options.parse(JSON.parse(process.argv[2] ?? '')),
    now: () => performance.now(),
    warn: (sentence) => logger.warn({}, sentence),
  }),
);
