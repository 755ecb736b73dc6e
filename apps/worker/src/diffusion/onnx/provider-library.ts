import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

export type ExecutionProvider = 'cpu' | 'cuda' | 'tensorrt';

export const PROVIDER_TITLES = { cpu: 'the CPU', cuda: 'CUDA', tensorrt: 'TensorRT' } as const satisfies Record<
  ExecutionProvider,
  string
>;

/** What a machine must have for them. */
export const PROVIDER_NEEDS = {
  cuda: 'an NVIDIA driver, CUDA 12 and cuDNN 9',
  tensorrt: 'an NVIDIA driver, CUDA 12, cuDNN 9 and TensorRT 10',
} as const;

/** Whether the library that an execution provider needs lies beside onnxruntime. It may still fail to load. Nothing native is loaded here. */
export function hasProviderLibrary(provider: Exclude<ExecutionProvider, 'cpu'>): boolean {
  const runtime = dirname(createRequire(import.meta.url).resolve('onnxruntime-node'));
  const name =
    process.platform === 'win32' ? `onnxruntime_providers_${provider}.dll` : `libonnxruntime_providers_${provider}.so`;
  return existsSync(join(runtime, '../bin/napi-v6', process.platform, process.arch, name));
}
