import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { TorchNormal } from './torch-normal.ts';

const torchNormal = (seed: number, count: number) => new TorchNormal(seed).next(count);

const golden = z
  .object({
    noise: z.object({
      rows: z.array(z.object({ seed: z.number(), values: z.array(z.number()) })),
      draws: z.array(z.object({ seed: z.number(), draws: z.array(z.array(z.number())) })),
    }),
  })
  .parse(JSON.parse(readFileSync(new URL('../goldens/noise.json', import.meta.url), 'utf8'))).noise;

/** PyTorch's vectorised log, sin and cos differ from the C library's in their last bit or two, near magnitude 1…4. */
const TOLERANCE = 5e-7;

describe('noise', () => {
  it.each(golden.rows.map((row) => [row.seed, row.values.length, row.values] as const))(
    'equals torch.randn of seed %i for %i elements',
    (seed, count, values) => {
      const drawn = torchNormal(seed, count);
      expect(drawn).toHaveLength(count);
      for (const [i, value] of values.entries())
        expect(Math.abs((drawn[i] ?? Number.NaN) - value)).toBeLessThan(TOLERANCE);
    },
  );

  it.each(golden.draws)(
    'goes on as one generator of PyTorch does, from draw to draw: seed $seed',
    ({ seed, draws }) => {
      const random = new TorchNormal(seed);
      for (const wanted of draws) {
        const drawn = random.next(wanted.length);
        for (const [i, value] of wanted.entries())
          expect(Math.abs((drawn[i] ?? Number.NaN) - value)).toBeLessThan(TOLERANCE);
      }
    },
  );

  it('keeps the low 32 bits of a seed, as PyTorch does', () => {
    expect(torchNormal(112358132141, 64)).toEqual(torchNormal(688982445, 64));
    expect(torchNormal(2 ** 32, 64)).toEqual(torchNormal(0, 64));
    expect(torchNormal(1, 64)).not.toEqual(torchNormal(0, 64));
  });

  it('has mean 0 and standard deviation 1', () => {
    const values = torchNormal(3, 100_000);
    const mean = values.reduce((a, b) => a + b, 0) / values.length;
    const deviation = Math.sqrt(values.reduce((a, b) => a + (b - mean) ** 2, 0) / values.length);
    expect(Math.abs(mean)).toBeLessThan(0.01);
    expect(Math.abs(deviation - 1)).toBeLessThan(0.01);
    expect(values.every(Number.isFinite)).toBe(true);
  });
});
