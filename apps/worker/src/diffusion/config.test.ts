import { availableParallelism, totalmem } from 'node:os';
import { describe, expect, it } from 'vitest';
import { diffusionConfig } from './config.ts';
import { hasProviderLibrary } from './onnx/provider-library.ts';

describe('configuration', () => {
  it('runs the built-in model on the CPUs that the process was granted', () => {
    expect(diffusionConfig({})).toMatchObject({
      port: 18_812,
      engine: {
        kind: 'onnx',
        threads: availableParallelism(),
        executionProvider: 'auto',
        modelsBytesMax: expect.any(Number),
      },
    });
  });

  it('takes threads, provider and models from the environment; an empty variable is none', () => {
    const environment = {
      DIFFUSION_THREADS: '3',
      DIFFUSION_EXECUTION_PROVIDER: 'cpu',
      MODELS_DIR: '/models',
      DIFFUSION_PORT: '',
    };
    expect(diffusionConfig(environment)).toMatchObject({
      port: 18_812,
      engine: { threads: 3, executionProvider: 'cpu', modelsFolder: '/models' },
    });
  });

  it('keeps models loaded within a budget of memory', () => {
    const kept = (environment: Record<string, string>) => {
      const { engine } = diffusionConfig(environment);
      return engine.kind === 'onnx' ? engine.modelsBytesMax : Number.NaN;
    };
    expect(kept({ DIFFUSION_MODELS_MEMORY_MB: '500' })).toBe(500e6);
    expect(kept({})).toBeGreaterThan(1e8);
    expect(kept({})).toBeLessThanOrEqual(totalmem() / 4);
  });

  it.each([
    ['cuda', 'CUDA'],
    ['tensorrt', 'TensorRT'],
  ] as const)('says at the start that %s is not installed, and what to do', (provider, title) => {
    if (hasProviderLibrary(provider)) return;
    expect(() => diffusionConfig({ DIFFUSION_EXECUTION_PROVIDER: provider })).toThrow(
      new RegExp(`DIFFUSION_EXECUTION_PROVIDER: ${title} .* is not installed here.*"auto" or "cpu"`),
    );
  });

  it.each([
    ['DIFFUSION_PORT', '65536'],
    ['DIFFUSION_THREADS', '0'],
    ['DIFFUSION_THREADS', 'many'],
    ['DIFFUSION_ENGINE', 'torch'],
    ['DIFFUSION_EXECUTION_PROVIDER', 'tpu'],
    ['DIFFUSION_ABORT_DEADLINE_MS', '-1'],
  ])('refuses %s=%s and names it', (name, value) => {
    expect(() => diffusionConfig({ [name]: value })).toThrow(name);
  });
});
