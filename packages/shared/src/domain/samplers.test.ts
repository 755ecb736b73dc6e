import { describe, expect, it } from 'vitest';
import { DEFAULT_SAMPLER, findSampler, SAMPLERS } from './samplers.ts';

describe('samplers', () => {
  it.each(['euler', 'Euler', 'EULER', ' k_euler ', 'K Euler', 'k-euler'])('finds euler under the name %j', (name) => {
    expect(findSampler(name)?.id).toBe('euler');
  });

  it.each(['', 'eulerr', 'euler a', 'constructor', '__proto__'])('finds none under the name %j', (name) => {
    expect(findSampler(name)).toBeUndefined();
  });

  it('gives no name to two samplers', () => {
    for (const entry of SAMPLERS) {
      for (const name of [entry.id, entry.title, ...entry.aliases]) expect(findSampler(name)).toBe(entry);
    }
    expect(findSampler(DEFAULT_SAMPLER)).toBeDefined();
  });
});
