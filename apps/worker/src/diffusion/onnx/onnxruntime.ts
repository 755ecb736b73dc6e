/// <reference lib="esnext.float16" />
/** The only file that imports onnxruntime: sessions as {@link OnnxGraph}, its errors as `DarkroomError`. */
import { DarkroomError, messageOf } from '@darkroom/shared/errors/darkroom-error';
import { env, InferenceSession, Tensor } from 'onnxruntime-node';
import type { ExecutionProvider } from './provider-library.ts';

env.logLevel = 'error';

export const ONNXRUNTIME_VERSION = env.versions.node ?? 'unknown';

export type TensorType = 'float32' | 'float16' | 'int32' | 'int64' | 'float64';
export type TensorData = Float32Array | Float16Array | Float64Array | Int32Array | BigInt64Array;

/** Names, types and shapes of an input or output; a shape's dynamic axes are null. */
export type ValueInfo = { name: string; type: TensorType; shape: readonly (number | null)[] };

export type OnnxTensor = { type: TensorType; dims: readonly number[]; data: TensorData };

/** One loaded graph. `runMs` sums the time inside `run`. */
export type OnnxGraph = {
  inputs: readonly ValueInfo[];
  outputs: readonly ValueInfo[];
  readonly runMs: number;
  /**
   * Prepares calls that share their arrays: `feeds` are read at each `run` as they are then.
   * `output` names the one value that is computed; with `into`, which has its type and shape, it is written there.
   */
  bind(feeds: Readonly<Record<string, OnnxTensor>>, output: string, into?: OnnxTensor): BoundGraph;
  release(): Promise<void>;
};

type BoundGraph = {
  /** The output's values: a new array at each call, or always that of `into`. */
  run(): Promise<TensorData>;
};

export type GraphOptions = { threads: number; executionProvider: ExecutionProvider };

/** What a provider cannot run goes to the next. */
const FALLBACKS: Record<ExecutionProvider, string[]> = {
  cpu: ['cpu'],
  cuda: ['cuda', 'cpu'],
  tensorrt: ['tensorrt', 'cuda', 'cpu'],
};

const TYPES: readonly string[] = ['float32', 'float16', 'int32', 'int64', 'float64'] satisfies TensorType[];

/** A graph in its file, or one that was changed in memory and whose external data lies in the folder of its file. */
export type GraphSource = string | { bytes: Uint8Array; folder: string };

/** Loads a graph; external data is looked up beside its file, whatever the working directory. */
export async function openGraph(source: GraphSource, { threads, executionProvider }: GraphOptions): Promise<OnnxGraph> {
  const options: InferenceSession.SessionOptions = {
    executionProviders: FALLBACKS[executionProvider],
    graphOptimizationLevel: 'all',
    executionMode: 'sequential',
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    logSeverityLevel: 3,
    // With a pattern, the second run of a size takes one block for all of its values beside what the first took: at Stable Diffusion 1.5's
    // size and 512 pixels that is 12.3 GB instead of 9.0, and no faster.
    enableMemPattern: false,
  };
  const session =
    typeof source === 'string'
      ? await InferenceSession.create(source, options)
      : await InferenceSession.create(source.bytes, {
          ...options,
          extra: { session: { model_external_initializers_file_folder_path: source.folder } },
        });
  const clock = { runMs: 0 };
  return {
    inputs: session.inputMetadata.map(valueInfo),
    outputs: session.outputMetadata.map(valueInfo),
    get runMs() {
      return clock.runMs;
    },
    bind: (feeds, output, into) => bindGraph({ session, clock }, feeds, output, into),
    release: async () => await session.release(),
  };
}

function bindGraph(
  { session, clock }: { session: InferenceSession; clock: { runMs: number } },
  feeds: Readonly<Record<string, OnnxTensor>>,
  output: string,
  into: OnnxTensor | undefined,
): BoundGraph {
  const fetches = into ? { [output]: toTensor(into) } : [output];
  const tensors = Object.fromEntries(Object.entries(feeds).map(([name, tensor]) => [name, toTensor(tensor)]));
  return {
    async run() {
      const started = performance.now();
      try {
        const value = (await session.run(tensors, fetches))[output];
        // Its type was checked when the graph was opened.
        return into?.data ?? (value?.data as TensorData);
      } catch (error) {
        throw translateRunError(error);
      } finally {
        clock.runMs += performance.now() - started;
      }
    },
  };
}

function toTensor({ type, data, dims }: OnnxTensor): Tensor {
  // onnxruntime's own declarations do not know Float16Array, which it takes and gives where there is one.
  const tensor = new Tensor(type, data as Tensor.DataTypeMap[TensorType], dims);
  if (data instanceof Float16Array) {
    // Its native half (1.30) does not know that class and reads 0 bytes; it takes the same memory as 16-bit integers.
    const value = new Uint16Array(data.buffer, data.byteOffset, data.length);
    Object.defineProperty(tensor, 'data', { value });
  }
  return tensor;
}

function valueInfo(value: InferenceSession.ValueMetadata): ValueInfo {
  if (!value.isTensor || !TYPES.includes(value.type)) {
    throw new Error(`the type of "${value.name}" is not supported`);
  }
  return {
    name: value.name,
    // Just looked up in the list.
    type: value.type as TensorType,
    shape: value.shape.map((size) => (typeof size === 'number' ? size : null)),
  };
}

/** What onnxruntime says when a provider's library, or one that it needs, cannot be loaded, or its device cannot be used. */
const PROVIDER_FAILED =
  /AppendExecutionProvider_|onnxruntime_providers_|CUDA (failure|error)|CUDNN failure|libcud|libnvinfer|CUDA driver|no CUDA-capable/i;

/** Whether it is the execution provider that failed, and no fault of the model. */
export function isProviderFailure(error: unknown): boolean {
  return PROVIDER_FAILED.test(messageOf(error));
}

const OUT_OF_MEMORY = /bad.?alloc|failed to allocate|out of memory|not enough memory|BFCArena/i;

export function isOutOfMemory(error: unknown): boolean {
  return OUT_OF_MEMORY.test(messageOf(error));
}

function translateRunError(error: unknown): DarkroomError {
  const message = messageOf(error);
  return isOutOfMemory(error)
    ? new DarkroomError('OUT_OF_MEMORY', 'There is not enough memory to draw this', {
        cause: error,
        context: { message },
      })
    : new DarkroomError('ENGINE_FAILURE', `onnxruntime failed: ${message}`, { cause: error });
}
