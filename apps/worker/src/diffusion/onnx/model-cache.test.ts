import { describe, expect, it } from 'vitest';
import { FakeModelCatalog } from '../fake/fake-model-catalog.ts';
import { fakeModels } from '../fake/fake-models.ts';
import type { ModelDescription } from '../models/model-description.ts';
import { ModelCache } from './model-cache.ts';

async function descriptions() {
  const ids = ['a', 'b', 'c'];
  const catalog = new FakeModelCatalog(fakeModels.parse(ids.map((id) => ({ id, digest: id }))));
  return await Promise.all(ids.map((id) => catalog.find(id)));
}

/** Each model has 10 bytes, "c" has 15. */
const sizeOf = async ({ info }: ModelDescription) => (info.id === 'c' ? 15 : 10);

function recordingCache(budget: number) {
  const log: string[] = [];
  const cache = new ModelCache(budget, sizeOf, async ({ info }) => {
    log.push(`load ${info.digest}`);
    return { release: async () => void log.push(`release ${info.digest}`) };
  });
  return { log, cache };
}

describe('model cache', () => {
  it('releases the model used longest ago before it loads one too many', async () => {
    const [a, b, c] = await descriptions();
    const { log, cache } = recordingCache(25);
    for (const model of [a, b, a, c, a, b]) if (model) await cache.get(model);
    expect(log).toEqual(['load a', 'load b', 'release b', 'load c', 'release c', 'load b']);
  });

  it('releases as many as it takes, and loads one that is larger than the budget alone', async () => {
    const [a, b, c] = await descriptions();
    const { log, cache } = recordingCache(20);
    for (const model of [a, b, c, a]) if (model) await cache.get(model);
    expect(log).toEqual(['load a', 'load b', 'release a', 'release b', 'load c', 'release c', 'load a']);
    const { log: tight, cache: small } = recordingCache(5);
    for (const model of [a, a, b]) if (model) await small.get(model);
    expect(tight).toEqual(['load a', 'release a', 'load b']);
  });

  it('loads a model again when its files changed', async () => {
    const [a] = await descriptions();
    const { log, cache } = recordingCache(1);
    if (!a) throw new Error('no model');
    await cache.get(a);
    await cache.get({ ...a, info: { ...a.info, digest: 'changed' } });
    expect(log).toEqual(['load a', 'release a', 'load changed']);
  });

  it('does not keep what failed to load', async () => {
    const [a] = await descriptions();
    let tries = 0;
    const cache = new ModelCache(1, sizeOf, async () => {
      tries += 1;
      if (tries === 1) throw new Error('broken');
      return { release: async () => undefined };
    });
    if (!a) throw new Error('no model');
    await expect(cache.get(a)).rejects.toThrow('broken');
    await cache.get(a);
    expect(tries).toBe(2);
  });
});
