/**
 * `npm run generate -- "a dog"`: submits through the API, shows progress, saves the pictures.
 * Exit codes: 0 saved, 1 the job failed or was cancelled, 2 the request is wrong, 3 no server answers.
 */
import { constants, writeFileSync } from 'node:fs';
import { access } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { accepted, problem } from '@darkroom/shared/schemas/api';
import { isFinished, type Job, job } from '@darkroom/shared/schemas/job';

const USAGE = `Usage: npm run generate -- "<prompt>" [options]
  --negative <text>   what should not be in the picture
  --model <name>      --sampler <name>   --steps <n>   --cfg <n>
  --seed <n>          --width <px>       --height <px> --count <n>   pictures, one after another
  --out <file>        default: <id>.png here; further pictures get -1, -2, …
  --url <address>     default: http://localhost:8000, or at PORT
  --json              one JSON object on standard output, also when it fails ({"error"})`;

const OPTIONS = {
  negative: { type: 'string' },
  model: { type: 'string' },
  sampler: { type: 'string' },
  steps: { type: 'string' },
  cfg: { type: 'string' },
  seed: { type: 'string' },
  width: { type: 'string' },
  height: { type: 'string' },
  count: { type: 'string' },
  out: { type: 'string' },
  url: { type: 'string', default: process.env['DARKROOM_URL'] ?? `http://localhost:${process.env['PORT'] ?? 8000}` },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

class Exit extends Error {
  readonly code: number;
  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

const POLL_MS = 150;

async function main(): Promise<void> {
  const { values, positionals } = parse();
  if (values.help) return void console.log(USAGE);
  const prompt = positionals.join(' ');
  if (prompt === '') throw new Exit(2, USAGE);
  if (!URL.canParse(values.url)) throw new Exit(2, `"${values.url}" is not an address.`);
  const out = resolve(process.env['INIT_CWD'] ?? '.', values.out ?? '.');
  await refuseUnwritable(values.out === undefined ? out : dirname(out));
  const settings = {
    prompt,
    negative_prompt: values.negative,
    model: values.model,
    sampler_name: values.sampler,
    steps: values.steps,
    cfg_scale: values.cfg,
    seed: values.seed,
    width: values.width,
    height: values.height,
    n_iters: values.count,
  };
  const quiet = values.json || !process.stderr.isTTY;
  const id = await submit(values.url, settings);
  const done = await follow(values.url, id, quiet);
  const files = await save(done, values.out === undefined ? join(out, `${done.id}.png`) : out);
  if (values.json) console.log(JSON.stringify({ id, status: done.status, seed: done.generation_settings.seed, files }));
  else for (const file of files) console.log(file);
}

function parse() {
  try {
    // "--seed -1" is a value, not another option.
    const words = process.argv
      .slice(2)
      .join('\0')
      .replace(/(^|\0)(--[a-z]+)\0(-\d)/g, '$1$2=$3')
      .split('\0');
    return parseArgs({ args: words.filter((word) => word !== ''), allowPositionals: true, options: OPTIONS });
  } catch (error) {
    throw new Exit(2, `${error instanceof Error ? error.message : error}\n\n${USAGE}`);
  }
}

async function call(url: string, path: string, init?: RequestInit): Promise<Response> {
  try {
    return await fetch(new URL(path, url), init);
  } catch {
    throw new Exit(3, `No Darkroom answers at ${url}: start it with "npm run dev", or give its address with --url.`);
  }
}

async function submit(url: string, settings: object): Promise<string> {
  const response = await call(url, '/images/', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ generation_settings: settings, metadata: { grouping: 'cli' } }),
  });
  const answer: unknown = await response.json().catch(() => null);
  if (response.status === 202) return accepted.parse(answer).id;
  const said = problem.safeParse(answer).data;
  const details = said?.errors?.map((each) => `  ${each.pointer}: ${each.detail}`) ?? [];
  const message = [said?.detail ?? `The server answered with status ${response.status}`, ...details].join('\n');
  throw new Exit(response.status < 500 ? 2 : 3, message);
}

async function follow(url: string, id: string, quiet: boolean): Promise<Job> {
  for (;;) {
    const response = await call(url, `/images/${id}/`);
    if (response.ok) {
      const current = job.parse(await response.json());
      if (!quiet) process.stderr.write(`\r\x1b[K${stateOf(current)}`);
      if (isFinished(current.status)) {
        if (!quiet) process.stderr.write('\n');
        if (current.status === 'completed') return current;
        throw new Exit(1, current.error ? `Failed: ${current.error.message}` : `The job was ${current.status}.`);
      }
    } else if (response.status !== 503) throw new Exit(3, `The server answered with status ${response.status}`);
    await new Promise((wake) => setTimeout(wake, POLL_MS));
  }
}

function stateOf({ status, progress, position, attempt }: Job): string {
  if (status === 'rendering' && progress) return `Step ${progress.step} of ${progress.steps}`;
  if (status === 'waiting') return position === null ? 'Waiting' : `Waiting, number ${position}`;
  if (status === 'retrying') return `Waiting for attempt ${attempt}`;
  return { rendering: 'Rendering', recovering: 'Waiting for a worker', completed: 'Done' }[String(status)] ?? status;
}

async function refuseUnwritable(folder: string): Promise<void> {
  await access(folder, constants.W_OK).catch(() => {
    throw new Exit(2, `Pictures cannot be saved in ${folder}: choose another place with --out.`);
  });
}

async function save(done: Job, name: string): Promise<string[]> {
  const files: string[] = [];
  for (const image of done.images) {
    const response = await fetch(image.url);
    if (!response.ok) throw new Exit(3, `The picture ${image.url} answered with status ${response.status}`);
    const file = image.index === 0 ? name : name.replace(/(\.[^.]*)?$/, `-${image.index}$1`);
    try {
      writeFileSync(file, new Uint8Array(await response.arrayBuffer()));
    } catch (error) {
      throw new Exit(2, `The picture cannot be saved: ${error instanceof Error ? error.message : error}`);
    }
    files.push(file);
  }
  return files;
}

try {
  await main();
} catch (error) {
  const message = error instanceof Error ? error.message : String(error);
  if (process.argv.includes('--json')) console.log(JSON.stringify({ error: message }));
  else console.error(message);
  process.exitCode = error instanceof Exit ? error.code : 1;
}
