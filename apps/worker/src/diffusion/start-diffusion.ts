import type { Abortable } from '@darkroom/shared/lifecycle/abortable';
import { type Logger, silentLogger } from '@darkroom/shared/telemetry/logger';
import type { DiffusionConfig, DiffusionEngineConfig } from './config.ts';
import { EngineProcess } from './engine-process/engine-process.ts';
import { FakeModelCatalog } from './fake/fake-model-catalog.ts';
import { startDiffusionServer } from './http/diffusion-server.ts';
import { FolderModelCatalog } from './models/folder-model-catalog.ts';

export type RunningDiffusion = AsyncDisposable & {
  url: string;
  /** Resolves when the inference process can render. */
  untilReady(options?: Abortable): Promise<void>;
  /** Process id of the inference process; undefined while there is none. */
  readonly engineProcessId: number | undefined;
};

/** The diffusion service: an HTTP front, and one inference process that owns all sessions. Stop: streams are cut. */
export async function startDiffusion(
  config: DiffusionConfig,
  { signal, logger = silentLogger }: Abortable & { logger?: Logger } = {},
): Promise<RunningDiffusion> {
  signal?.throwIfAborted();
  const { engine: kind, abortDeadlineMs, busyWaitMs, silentMs } = config;
  await using starting = new AsyncDisposableStack();
  const catalog = kind.kind === 'fake' ? new FakeModelCatalog(kind.models) : new FolderModelCatalog(kind.modelsFolder);
  const engine = starting.use(
    new EngineProcess({
      ...engineModule(kind),
      ...{ abortDeadlineMs, busyWaitMs, silentMs, logger: logger.child({ part: 'engine' }) },
    }),
  );
  const server = starting.use(await startDiffusionServer({ catalog, engine, logger }, config.port));
  const url = `http://127.0.0.1:${server.port}`;
  logger.info({ url, engine: kind.kind }, 'the diffusion service listens');
  const running = starting.move();
  return {
    url,
    untilReady: (options) => engine.untilReady(options),
    get engineProcessId() {
      return engine.processId;
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

function engineModule(engine: DiffusionEngineConfig): { module: URL; moduleOptions: unknown } {
  switch (engine.kind) {
    case 'onnx': {
      const { threads, executionProvider, modelsBytesMax } = engine;
      const moduleOptions = { threads, executionProvider, modelsBytesMax };
      return { module: new URL('./onnx/onnx-child.ts', import.meta.url), moduleOptions };
    }
    case 'fake':
      return { module: new URL('./fake/fake-child.ts', import.meta.url), moduleOptions: { stepMs: engine.stepMs } };
  }
}
