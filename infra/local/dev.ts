/** `npm run dev`: the whole platform on this machine, with the built-in model. Ctrl-C stops it. */
import { statfsSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { styleText } from 'node:util';
import { setUpPulsar } from '@darkroom/shared/composition/set-up-pulsar';
import { defaultModel } from '@darkroom/shared/domain/resolve-request';
import { modelInfo } from '@darkroom/shared/schemas/model-info';
import { z } from 'zod';
import { dataFolder, makeFolder, takeFolder } from './data-folder.ts';
import { readLogLine } from './read-log-line.ts';
import { ServiceRefusal } from './services/service.ts';
import { type Services, startServices } from './services/start-services.ts';
import { ROOT, type Stack, startStack } from './stack.ts';

const PORTS = {
  web: 'PORT',
  diffusion: 'DIFFUSION_PORT',
  projector: 'PROJECTOR_PORT',
  sidecar: 'SIDECAR_PORT',
} as const;
const DEFAULT_PORTS = { web: 8000, diffusion: 18812, projector: 9101, sidecar: 9102 };
/** `npm run dev:pulsar`: on Pulsar and S3, with read models of their own. */
const onServers = process.argv.includes('--on-servers');
const data = onServers ? join(dataFolder(ROOT), 'on-servers') : dataFolder(ROOT);
const FREE_BYTES_MIN = 200e6;
const COLOURS = { diffusion: 'magenta', sidecar: 'cyan', projector: 'blue', web: 'green' } as const;

let stopping = false;

/** One sentence, and out. */
class Refusal extends Error {}

async function main(): Promise<void> {
  takeData();
  const ports = readPorts();
  for (const [name, port] of Object.entries(ports)) await refuseTakenPort(name, port);
  say(`Starting Darkroom (data in ${data}) …`);
  const web = process.argv.includes('--production') ? 'production' : 'development';
  if (web === 'development') takeClone();
  await using services = onServers ? await startServers() : null;
  const engines = services?.environment ?? {};
  const stack = await startStack({ web, engine: 'onnx', data, ports, engines, onLine: printLine });
  const stopped = Promise.withResolvers<void>();
  const stop = () => {
    stopping = true;
    say('Stopping …');
    void stack[Symbol.asyncDispose]().then(() => stopped.resolve());
    process.once('SIGINT', () => process.exit(130));
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  // The terminal was closed.
  process.once('SIGHUP', stop);
  try {
    await Promise.race([warmUp(stack), stopped.promise, anEnd(stack)]);
    await Promise.race([stopped.promise, anEnd(stack)]);
  } finally {
    await stack[Symbol.asyncDispose]();
  }
}

/** Pulsar and S3 of this machine, set up; those that ran before stay when this ends. */
async function startServers(): Promise<Services> {
  say('Starting Pulsar and S3 …');
  try {
    const services = await startServices();
    await setUpPulsar(services.environment, { say: () => undefined });
    return services;
  } catch (error) {
    throw error instanceof ServiceRefusal ? new Refusal(error.message) : error;
  }
}

/** The address is printed when a person who opens it finds everything there. */
async function warmUp(stack: Stack): Promise<void> {
  await stack.ready();
  const [url = ''] = stack.webUrls;
  for (const page of ['/', '/gallery']) {
    const response = await fetch(url + page);
    if (!response.ok) throw new Refusal(`The page ${page} answered with status ${response.status}: see the log above.`);
  }
  await drawOnePicture(stack.diffusionUrls[0] ?? '');
  say(`Ready: ${styleText(['bold', 'underline'], url)}   (Ctrl-C stops it)`);
}

/** Loads the default model and draws with it once; straight at the engine, so that the gallery stays the user's. */
async function drawOnePicture(diffusionUrl: string): Promise<void> {
  const listed = z.object({ models: z.array(modelInfo) }).parse(await (await fetch(`${diffusionUrl}/models`)).json());
  const model = defaultModel(listed.models);
  if (!model) throw new Refusal('There is no model in the folder models/: put one there (README, "Models").');
  const settings = {
    ...{ prompt: 'a dog', negative_prompt: '', seed: 0, sampler: model.default_sampler, steps: 2, cfg_scale: 5 },
    ...{ width: model.default_width, height: model.default_height, batch_size: 1, n_iters: 1, model: model.id },
  };
  const response = await fetch(`${diffusionUrl}/generate`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ job_id: '00000000-0000-7000-8000-000000000000', epoch: 0, attempt: 1, settings }),
  });
  // Busy with a job of the last time: that shows as well that it can render.
  if (response.status === 503) return;
  const lines = (await response.text()).trim().split('\n');
  if (!lines.some((line) => line.includes('"type":"done"'))) {
    throw new Refusal(`The engine could not draw a picture: ${lines.at(-1)?.slice(0, 500)}`);
  }
}

/** Rejects when a process ends that nobody asked to. */
async function anEnd({ processes }: Stack): Promise<never> {
  const ends = [...processes.values()].map(async ({ name, ended }) => ({ name, code: await ended }));
  const { name, code } = await Promise.race(ends);
  if (stopping) return await new Promise(() => {});
  throw new Refusal(`${name} ended (exit code ${code}): see its last lines above.`);
}

function readPorts(): typeof DEFAULT_PORTS {
  const ports = { ...DEFAULT_PORTS };
  for (const name of ['web', 'diffusion', 'projector', 'sidecar'] as const) {
    const given = process.env[PORTS[name]];
    if (given) ports[name] = Number(given);
    if (!Number.isInteger(ports[name]) || ports[name] < 1 || ports[name] > 65_535) {
      throw new Refusal(`${PORTS[name]} must be a port number from 1 to 65535, and is "${given}".`);
    }
  }
  if (new Set(Object.values(ports)).size < 4)
    throw new Refusal('Web, diffusion, projector and sidecar need four different ports.');
  return ports;
}

function takeData(): void {
  try {
    makeFolder(data);
    const { bavail, bsize } = statfsSync(data);
    if (bavail * bsize < FREE_BYTES_MIN) {
      throw new Refusal(
        `The disk is full: ${data} has ${Math.floor((bavail * bsize) / 1e6)} MB left and needs 200 MB.`,
      );
    }
    if (!takeFolder(data)) throw new Refusal(`Darkroom already runs on ${data}: use it, or stop it first.`);
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw new Refusal(`The folder ${data} cannot be used: ${error instanceof Error ? error.message : error}.`);
  }
}

/** Next's development server wants a clone for itself; the production build does not. */
function takeClone(): void {
  const folder = join(ROOT, 'apps/web/.next');
  makeFolder(folder);
  if (takeFolder(folder)) return;
  throw new Refusal('"npm run dev" already runs in this clone: stop it first, or start this one with "npm start".');
}

async function refuseTakenPort(name: string, port: number): Promise<void> {
  const server = createServer();
  await new Promise<void>((done, fail) => {
    server.once('error', () =>
      fail(new Refusal(`Port ${port} (${name}) is in use: stop what listens there, or set another (README, "Ports").`)),
    );
    server.listen(port, '127.0.0.1', done);
  });
  await new Promise((done) => server.close(done));
}

function printLine(name: string, line: string): void {
  const kind = name.replace(/-\d+$/, '');
  const { level, text } = readLogLine(line);
  if (level === 'debug' || text.trim() === '') return;
  const colour = kind in COLOURS ? COLOURS[kind as keyof typeof COLOURS] : 'white'; // `in` has just told
  const tone = level === 'error' ? 'red' : level === 'warn' ? 'yellow' : 'reset';
  process.stdout.write(`${styleText(colour, kind.padEnd(9))} ${styleText(tone, text)}\n`);
}

function say(text: string): void {
  process.stdout.write(`${styleText('bold', 'darkroom ')} ${text}\n`);
}

try {
  await main();
  process.exit(0);
} catch (error) {
  process.stderr.write(`${styleText('red', error instanceof Error ? error.message : String(error))}\n`);
  process.exit(1);
}
