import { randomUUID } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { accepted } from '@darkroom/shared/schemas/api';
import { job as jobSchema } from '@darkroom/shared/schemas/job';
import { withRealServer } from '@darkroom/shared/testing/real-server';
import { expect, test, vi } from 'vitest';
import { startServices } from '../../infra/local/services/start-services.ts';
import { startStack } from '../../infra/local/stack.ts';

withRealServer('the platform on S3', ['S3_TEST_ENDPOINT'], () => {
  test('draws, leads to its pictures, and loses nothing while the store is away', async () => {
    const data = mkdtempSync(join(tmpdir(), 'darkroom-s3-'));
    await using services = await startServices({ which: ['s3'], folder: join(data, 'services'), ports: 'free' });
    const s3 = services.named('s3');
    const env = { web: services.environment, sidecar: services.environment };
    await using stack = await startStack({ web: 'production', engine: 'fake', data, env });
    await stack.ready();
    const [web = ''] = stack.webUrls;
    const submit = (headers: Record<string, string> = {}) =>
      fetch(`${web}/images/`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ generation_settings: { prompt: 'a dog' } }),
      });
    const completed = async (response: Response) => {
      const { id } = accepted.parse(await response.json());
      const look = async () => jobSchema.parse(await (await fetch(`${web}/images/${id}/`)).json());
      await vi.waitUntil(async () => (await look()).status === 'completed', { timeout: 60_000, interval: 50 });
      return await look();
    };

    const { image_url: url } = await completed(await submit());
    const led = await fetch(url ?? '', { redirect: 'manual' });
    expect([led.status, led.headers.get('cache-control')]).toEqual([302, 'private, no-store']);
    expect(new URL(led.headers.get('location') ?? '').origin).toBe(services.environment['S3_ENDPOINT']);
    expect((await fetch(url ?? '')).headers.get('content-type')).toBe('image/png');

    await s3.kill9();
    const keyed = await submit({ 'idempotency-key': randomUUID() });
    expect([keyed.status, keyed.headers.get('retry-after')]).toEqual([503, '5']);
    const waiting = await submit();
    expect(waiting.status).toBe(202);
    await s3.restart();
    expect((await completed(waiting)).attempts).toHaveLength(1);
  });
});
