import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Accepted, accepted } from '@darkroom/shared/schemas/api';
import { type Job, job } from '@darkroom/shared/schemas/job';
import { silentLogger } from '@darkroom/shared/telemetry/logger';
import * as events from '../../app/events/route.ts';
import * as eventSchema from '../../app/events.schema.json/route.ts';
import * as health from '../../app/health/route.ts';
import * as below from '../../app/images/[id]/[...rest]/route.ts';
import * as cancel from '../../app/images/[id]/cancel/route.ts';
import * as imageEvents from '../../app/images/[id]/events/route.ts';
import * as file from '../../app/images/[id]/files/[index]/route.ts';
import * as replay from '../../app/images/[id]/replay/route.ts';
import * as image from '../../app/images/[id]/route.ts';
import * as images from '../../app/images/route.ts';
import * as models from '../../app/models/route.ts';
import * as openapi from '../../app/openapi.json/route.ts';
import * as ready from '../../app/ready/route.ts';
import * as samplers from '../../app/samplers/route.ts';
import { startWeb } from '../composition.ts';
import { webConfig } from '../config.ts';
import { installRuntime, type WebRuntime } from '../runtime.ts';
import { listModelsInLog } from './events.ts';
import { type Projection, startProjection } from './projection.ts';

type RouteModule = Record<string, unknown>;
type Handler = (
  request: Request,
  context: { params: Promise<Record<string, string> | undefined> },
) => Promise<Response>;

/** As Next finds them: both forms of the slash lead to the same file. */
const ROUTES: [RegExp, RouteModule][] = [
  [/^\/images\/?$/, images],
  [/^\/images\/(?<id>[^/]+)\/?$/, image],
  [/^\/images\/(?<id>[^/]+)\/cancel\/?$/, cancel],
  [/^\/images\/(?<id>[^/]+)\/replay\/?$/, replay],
  [/^\/images\/(?<id>[^/]+)\/events\/?$/, imageEvents],
  [/^\/images\/(?<id>[^/]+)\/files\/(?<index>[^/]+)\/?$/, file],
  [/^\/images\/(?<id>[^/]+)\/.+$/, below],
  [/^\/events\/?$/, events],
  [/^\/models\/?$/, models],
  [/^\/samplers\/?$/, samplers],
  [/^\/health\/?$/, health],
  [/^\/ready\/?$/, ready],
  [/^\/openapi\.json\/?$/, openapi],
  [/^\/events\.schema\.json\/?$/, eventSchema],
];

/** A web process without Next: the real engines in a temporary folder, the real route handlers called by address. */
export type WebRig = AsyncDisposable & {
  data: string;
  runtime: WebRuntime;
  projection: Projection;
  call(path: string, init?: RequestInit): Promise<Response>;
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Response>;
  submit(settings?: object, metadata?: object): Promise<Accepted>;
  job(id: string): Promise<Job>;
};

type RigOptions = {
  /** A folder that another rig uses too: two webs over one log. */
  data?: string;
  listModels?: boolean;
  replace?: (runtime: WebRuntime & AsyncDisposable) => WebRuntime;
  env?: Record<string, string>;
};

export async function startWebRig(options: RigOptions = {}): Promise<WebRig> {
  await using stack = new AsyncDisposableStack();
  const data = options.data ?? mkdtempSync(join(tmpdir(), 'darkroom-web-'));
  if (options.data === undefined) stack.defer(() => rmSync(data, { recursive: true, force: true }));
  const readModelFile = join(data, `read-model-${Math.random()}.sqlite`);
  const config = webConfig({ DARKROOM_DATA: data, READ_MODEL_FILE: readModelFile, PORT: '8000', ...options.env });
  const opened = stack.use(await startWeb(config, { logger: silentLogger }));
  const projection = stack.use(startProjection(opened.log, readModelFile));
  const runtime = options.replace?.(opened) ?? opened;
  if (options.listModels !== false && options.data === undefined) await listModelsInLog(opened.log);
  const call: WebRig['call'] = async (path, init) => {
    // Several rigs share this process; each call is answered by its own.
    installRuntime(runtime);
    return await route(path, init);
  };
  const post: WebRig['post'] = (path, body, headers) => {
    const sent = typeof body === 'string' ? body : JSON.stringify(body);
    return call(path, { method: 'POST', body: sent, headers: { 'content-type': 'application/json', ...headers } });
  };
  if (options.listModels !== false) await untilReady(call);
  const parts = stack.move();
  return {
    ...{ data, runtime, projection, call, post },
    async submit(settings = {}, metadata = {}) {
      const response = await post('/images/', { generation_settings: { prompt: 'a dog', ...settings }, metadata });
      return accepted.parse(await response.json());
    },
    job: async (id) => job.parse(await (await call(`/images/${id}/`)).json()),
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  };
}

async function route(path: string, init: RequestInit = {}): Promise<Response> {
  const url = new URL(path, 'http://localhost:8000');
  for (const [pattern, module] of ROUTES) {
    const match = pattern.exec(url.pathname);
    if (!match) continue;
    const headers = new Headers(init.headers);
    if (!headers.has('host')) headers.set('host', 'localhost:8000');
    // Every route module exports a handler of this shape for each method.
    const handler = module[init.method ?? 'GET'] as Handler;
    const parameters = Object.entries(match.groups ?? {}).map(([name, value]) => [name, decodeURIComponent(value)]);
    const request = new Request(url, { ...init, headers });
    // As Next does: an address without variable segments has no parameters at all.
    const params = parameters.length > 0 ? Object.fromEntries(parameters) : undefined;
    return await handler(request, { params: Promise.resolve(params) });
  }
  throw new Error(`${path} is no route`);
}

async function untilReady(call: WebRig['call']): Promise<void> {
  while (!(await call('/ready')).ok) await new Promise((wake) => setTimeout(wake, 5));
}

/** Waits until it holds. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((wake) => setTimeout(wake, 5));
}
