import { availableParallelism } from 'node:os';
import { describe, expect, it } from 'vitest';
import { diffusionConfig } from './config.ts';

describe('configuration', () => {
  it('runs the built-in model on the CPUs that the process was granted', () => {
    expect(diffusionConfig({})).toMatchObject({
      port: 18_812,
      engine: { kind: 'onnx', threads: availableParallelism(), executionProvider: 'auto', modelsLoadedMax: 1 },
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
