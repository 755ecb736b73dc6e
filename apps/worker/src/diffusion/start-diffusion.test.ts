import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { linesOf, post, requestOf } from '../protocol/contract-client.ts';
import { healthAnswer } from '../protocol/generate.ts';
import { diffusionConfig } from './config.ts';
import { temporaryModels } from './fixtures/temporary-models.ts';
import { type RunningDiffusion, startDiffusion } from './start-diffusion.ts';

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));

async function start(environment: Record<string, string>): Promise<RunningDiffusion> {
  const service = await startDiffusion(diffusionConfig({ DIFFUSION_PORT: '0', ...environment }));
  await service.untilReady({ signal: AbortSignal.timeout(20_000) });
  return service;
}

/** The service as a process of its own, as it runs in production. */
async function startProcess(environment: Record<string, string>) {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', MAIN], {
    cwd: '/',
    env: { ...process.env, DIFFUSION_PORT: '0', LOG_LEVEL: 'info', ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let output = '';
  child.stdout.on('data', (bytes) => {
    output += bytes;
  });
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const find = async (pattern: RegExp) =>
    await vi
      .waitFor(() => expect(output.match(pattern)?.[1]).toBeDefined(), { timeout: 20_000, interval: 20 })
      .then(() => output.match(pattern)?.[1] ?? '');
  return { child, exited, find, output: () => output };
}

function isRunning(processId: number): boolean {
  try {
    process.kill(processId, 0);
    // A process that ended and was not yet waited for still has its number.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${processId}/status`, 'utf8'));
  } catch {
    return false;
  }
}

/** Steps of two seconds each on two cores. */
const HEAVY = { width: 1024, height: 1024, batch_size: 8, steps: 50 };
/** A third of a step, so that only a process that does not wait for its end is in time. */
const GONE_WITHIN_MS = 800;

describe.skipIf(process.platform !== 'linux')('the inference process', () => {
  it.each([
    ['killed', 'SIGKILL'],
    ['stopped', 'SIGTERM'],
  ] as const)('ends in the middle of a step when the service is %s', { timeout: 40_000 }, async (_how, signal) => {
    using models = temporaryModels();
    models.addBoundlessDemo('demo');
    const service = await startProcess({ MODELS_DIR: models.root });
    const engine = Number(await service.find(/"process_id":(\d+)/));
    const url = await service.find(/"url":"([^"]+)"/);
    await service.find(/(the engine is ready)/);
    const rendering = post(url, requestOf(HEAVY), {
      onMessage: (message) => message.type === 'progress' && message.step >= 1 && service.child.kill(signal),
    });
    expect((await rendering).end).toBe('cut');
    expect(await service.exited).toBe(signal === 'SIGTERM' ? 0 : null);
    await vi.waitFor(() => expect(isRunning(engine)).toBe(false), { timeout: GONE_WITHIN_MS, interval: 20 });
  });

  it('is killed when an aborted rendering does not stop in time', { timeout: 40_000 }, async () => {
    using models = temporaryModels();
    models.addBoundlessDemo('demo');
    await using service = await start({
      MODELS_DIR: models.root,
      DIFFUSION_ABORT_DEADLINE_MS: '50',
      DIFFUSION_BUSY_WAIT_MS: '10000',
    });
    const before = service.engineProcessId;
    await post(service.url, requestOf(HEAVY), {
      onMessage: (message, call) => message.type === 'progress' && message.step >= 1 && call.hangUp(),
    });
    const next = await post(service.url, requestOf({ steps: 1 }));
    expect(linesOf(next, 'done')).toHaveLength(1);
    expect(service.engineProcessId).not.toBe(before);
  });

  it('gives back the memory of models that it releases', { timeout: 60_000 }, async () => {
    // Two of these do not fit into 1 MB together.
    const MODELS_DIR = fileURLToPath(new URL('goldens/layouts/models', import.meta.url));
    await using service = await start({ MODELS_DIR, DIFFUSION_MODELS_MEMORY_MB: '1' });
    const memory: number[] = [];
    for (let job = 0; job < 40; job++) {
      const settings = { model: job % 2 === 0 ? 'sd15' : 'sd2', width: 64, height: 64, steps: 2 };
      const [done] = linesOf(await post(service.url, requestOf(settings)), 'done');
      // It was loaded again; one that was kept takes some microseconds.
      expect(done?.timings.load_ms).toBeGreaterThan(2);
      memory.push(residentBytes(service.engineProcessId));
    }
    expect(memory[39]).toBeLessThanOrEqual(1.3 * (memory[7] ?? 0));
  });
});

describe('the diffusion service', () => {
  it('says in one sentence that its port is in use, and ends', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void other.close());
    await vi.waitFor(() => expect(other.address()).not.toBeNull());
    const { port } = other.address() as AddressInfo; // a TCP server that listens
    const service = await startProcess({ DIFFUSION_PORT: `${port}`, DIFFUSION_ENGINE: 'fake' });
    expect(await service.exited).toBe(1);
    expect(service.output()).toContain(`Port ${port} is in use`);
  });

  it('refuses a wrong configuration in one sentence each', () => {
    expect(() => diffusionConfig({ DIFFUSION_PORT: 'x', DIFFUSION_ENGINE: 'gpu' })).toThrow(
      /DIFFUSION_PORT: .*\. DIFFUSION_ENGINE: /,
    );
    expect(() => diffusionConfig({ DIFFUSION_ENGINE: 'fake', FAKE_MODELS: '[{"colour":1}]' })).toThrow(/FAKE_MODELS/);
  });

  it('says why its models folder cannot be read, waits, and goes on when it can', async () => {
    using models = temporaryModels();
    const root = `${models.root}/later`;
    await using service = await start({ MODELS_DIR: root, DIFFUSION_ENGINE: 'onnx' });
    const response = await fetch(`${service.url}/health`);
    expect(response.status).toBe(503);
    const health = healthAnswer.parse(await response.json());
    expect(health).toMatchObject({ status: 'unavailable', reason: expect.stringContaining(root) });
    expect((await post(service.url, requestOf())).status).toBe(503);
    expect((await fetch(`${service.url}/models`)).status).toBe(503);

    models.addTiny('later/tiny');
    expect((await fetch(`${service.url}/health`)).status).toBe(200);
    const drawn = await post(service.url, requestOf({ model: 'tiny', width: 64, height: 64 }));
    expect(linesOf(drawn, 'image')).toHaveLength(1);
  });

  it('keeps a rendering waiting no longer than it is wanted', async () => {
    await using service = await start({ DIFFUSION_ENGINE: 'fake' });
    const waiting = post(service.url, requestOf({ prompt: 'fake:step-ms=50', steps: 100 }), {
      onMessage: (message, call) => message.type === 'progress' && message.step >= 2 && call.hangUp(),
    });
    await waiting;
    expect(linesOf(await post(service.url, requestOf()), 'done')).toHaveLength(1);
  });

  it('writes no prompt into its log', async () => {
    const service = await startProcess({ DIFFUSION_ENGINE: 'fake', LOG_LEVEL: 'debug' });
    const url = await service.find(/"url":"([^"]+)"/);
    await service.find(/(the engine is ready)/);
    const prompt = 'a very private prompt';
    for (const settings of [
      { prompt },
      { prompt: `${prompt} fake:fail` },
      { prompt, width: 1 },
      { prompt, model: 'x' },
    ]) {
      await post(url, requestOf(settings));
    }
    await service.find(/(ENGINE_FAILURE)/);
    stop(service.child);
    expect(await service.exited).toBe(0);
    expect(service.output()).not.toContain('private');
  });
});

function stop(child: ChildProcess): void {
  child.kill('SIGTERM');
}

function residentBytes(processId: number | undefined): number {
  const [, kibibytes] = readFileSync(`/proc/${processId}/status`, 'utf8').match(/^VmRSS:\s+(\d+) kB$/m) ?? [];
  return Number(kibibytes) * 1024;
}
