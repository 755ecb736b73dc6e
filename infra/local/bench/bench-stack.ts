import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { accepted } from '@darkroom/shared/schemas/api';
import { isFinished, type Job, job } from '@darkroom/shared/schemas/job';
import { type StackOptions, startStack } from '../stack.ts';

export async function withStack<T>(
  options: Partial<StackOptions>,
  use: (stack: Awaited<ReturnType<typeof startStack>>, data: string) => Promise<T>,
) {
  const data = options.data ?? mkdtempSync(join(tmpdir(), 'darkroom-bench-'));
  const stack = await startStack({ web: 'production', engine: 'fake', ...options, data });
  try {
    await stack.ready(600_000);
    return await use(stack, data);
  } finally {
    await stack[Symbol.asyncDispose]();
    if (!options.data) rmSync(data, { recursive: true, force: true });
  }
}

export async function submit(url: string, settings: object): Promise<string> {
  const response = await fetch(`${url}/images/`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ generation_settings: settings }),
  });
  if (response.status !== 202) throw new Error(`POST answered ${response.status}: ${await response.text()}`);
  return accepted.parse(await response.json()).id;
}

export async function finished(url: string, id: string): Promise<Job> {
  for (;;) {
    const response = await fetch(`${url}/images/${id}/`);
    const current = response.ok ? job.parse(await response.json()) : null;
    if (current && isFinished(current.status)) return current;
    await new Promise((wake) => setTimeout(wake, 20));
  }
}
