import { availableParallelism, totalmem } from 'node:os';
import { resolve } from 'node:path';
import { type Environment, milliseconds, parseEnvironment, port } from '@darkroom/shared/config/parse-environment';
import { DarkroomError, messageOf } from '@darkroom/shared/errors/darkroom-error';
import { z } from 'zod';
import { type FakeModel, fakeModels } from './fake/fake-models.ts';
import {
  type ExecutionProvider,
  hasProviderLibrary,
  PROVIDER_NEEDS,
  PROVIDER_TITLES,
} from './onnx/provider-library.ts';

/** What draws, and what only that one needs. */
export type DiffusionEngineConfig =
  | {
      kind: 'onnx';
      modelsFolder: string;
      threads: number;
      executionProvider: 'auto' | ExecutionProvider;
      modelsBytesMax: number;
    }
  | { kind: 'fake'; models: FakeModel[]; stepMs: number };

export type DiffusionConfig = {
  /** On loopback; 0 lets the system choose. */
  port: number;
  /** How long an aborted rendering may take to stop before its process is killed. */
  abortDeadlineMs: number;
  /** How long a rendering waits for the one before it, or for a restart, before it is refused. */
  busyWaitMs: number;
  /** How long the inference process may give no sign of life before it is killed and started again. */
  silentMs: number;
  engine: DiffusionEngineConfig;
};

const DEFAULT_MODELS_FOLDER = resolve(import.meta.dirname, '../../../../models');
const count = z.coerce.number<string>('must be a number').int().min(1);

const environmentSchema = z.object({
  DIFFUSION_PORT: port.default(18_812),
  DIFFUSION_ENGINE: z.enum(['onnx', 'fake']).default('onnx'),
  DIFFUSION_ABORT_DEADLINE_MS: milliseconds.default(10_000),
  DIFFUSION_BUSY_WAIT_MS: milliseconds.default(3000),
  DIFFUSION_SILENT_MS: milliseconds.default(30_000),
  MODELS_DIR: z.string().default(DEFAULT_MODELS_FOLDER),
  /** CPUs granted to the process (not those of the host) unless it says else. */
  DIFFUSION_THREADS: count.optional(),
  DIFFUSION_EXECUTION_PROVIDER: z.enum(['auto', 'cpu', 'cuda', 'tensorrt']).default('auto'),
  /** What the files of the models that stay loaded may be together; float16 weights take twice that on a CPU. A quarter of the memory. */
  DIFFUSION_MODELS_MEMORY_MB: count.optional(),
  FAKE_STEP_MS: milliseconds.default(2),
  /** JSON array of models that the fake engine lists; see its header. */
  FAKE_MODELS: z.string().optional(),
});

export function diffusionConfig(environment: Environment): DiffusionConfig {
  const parsed = parseEnvironment(environmentSchema, environment);
  const engine: DiffusionEngineConfig =
    parsed.DIFFUSION_ENGINE === 'fake'
      ? { kind: 'fake', models: parseFakeModels(parsed.FAKE_MODELS), stepMs: parsed.FAKE_STEP_MS }
      : {
          kind: 'onnx',
          modelsFolder: resolve(parsed.MODELS_DIR),
          threads: parsed.DIFFUSION_THREADS ?? availableParallelism(),
          executionProvider: availableProvider(parsed.DIFFUSION_EXECUTION_PROVIDER),
          modelsBytesMax: (parsed.DIFFUSION_MODELS_MEMORY_MB ?? grantedMemory() / 4e6) * 1e6,
        };
  return {
    port: parsed.DIFFUSION_PORT,
    abortDeadlineMs: parsed.DIFFUSION_ABORT_DEADLINE_MS,
    busyWaitMs: parsed.DIFFUSION_BUSY_WAIT_MS,
    silentMs: parsed.DIFFUSION_SILENT_MS,
    engine,
  };
}

/** The memory that the process is granted (its cgroup's, where there is one). */
function grantedMemory(): number {
  const constrained = process.constrainedMemory();
  return constrained > 0 ? Math.min(constrained, totalmem()) : totalmem();
}

/** Said at the start and in one sentence, not by every job in onnxruntime's words. */
function availableProvider(provider: 'auto' | ExecutionProvider): 'auto' | ExecutionProvider {
  if (provider === 'auto' || provider === 'cpu' || hasProviderLibrary(provider)) return provider;
  throw new DarkroomError(
    'CONFIG_INVALID',
    `The configuration is invalid. DIFFUSION_EXECUTION_PROVIDER: ${PROVIDER_TITLES[provider]} was asked for, and onnxruntime's library for it is not installed here. Install it (ONNXRUNTIME_NODE_INSTALL=cuda12 npm rebuild onnxruntime-node, on Linux x64 with ${PROVIDER_NEEDS[provider]}), or use "auto" or "cpu"`,
  );
}

function parseFakeModels(text: string | undefined): FakeModel[] {
  try {
    return fakeModels.parse(text === undefined ? [{}] : JSON.parse(text));
  } catch (error) {
    throw new DarkroomError('CONFIG_INVALID', `The configuration is invalid. FAKE_MODELS: ${messageOf(error)}`);
  }
}
