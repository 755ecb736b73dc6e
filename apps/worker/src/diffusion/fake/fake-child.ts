/** Entry of the inference process that only pretends; its options are the first argument, as JSON. */
import { z } from 'zod';
import { serveEngine } from '../engine-process/serve-engine.ts';
import { createFakeEngine } from './fake-engine.ts';

const options = z.object({ stepMs: z.number().min(0) });

serveEngine(createFakeEngine({ ...options.parse(JSON.parse(process.argv[2] ?? '')), now: () => performance.now() }));
