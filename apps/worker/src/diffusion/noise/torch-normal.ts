import { MersenneTwister } from './mersenne-twister.ts';

/** Elements that one Box–Muller block makes: 8 radii and 8 angles. */
const BLOCK = 16;
const HALF = BLOCK / 2;

/**
 * `torch.randn(count, generator=torch.Generator('cpu').manual_seed(seed))`: standard normal float32 noise.
 *
 * PyTorch fills 16 elements and more in blocks (aten `normal_fill`): uniform numbers first, then Box–Muller (1958)
 * between element j and j + 8; a ragged end redraws the last 16 elements. Fewer than 16 are drawn one by one in
 * float64. Equal to PyTorch but for the last bits of its vectorised log, sin and cos.
 */
export function torchNormal(seed: number, count: number): Float32Array<ArrayBuffer> {
  const random = new MersenneTwister(seed);
  const values = new Float32Array(count);
  if (count < BLOCK) return fillOneByOne(values, random);
  for (let i = 0; i < count; i++) values[i] = random.nextFloat();
  for (let start = 0; start + BLOCK <= count; start += BLOCK) transformBlock(values, start);
  if (count % BLOCK !== 0) {
    const start = count - BLOCK;
    for (let i = start; i < count; i++) values[i] = random.nextFloat();
    transformBlock(values, start);
  }
  return values;
}

function transformBlock(values: Float32Array, start: number): void {
  for (let j = start; j < start + HALF; j++) {
    // 1 − u lies in (0, 1]: the logarithm is finite.
    const radius = Math.fround(Math.sqrt(-2 * Math.fround(Math.log(1 - (values[j] ?? 0)))));
    const angle = Math.fround(Math.fround(2 * Math.PI) * (values[j + HALF] ?? 0));
    values[j] = radius * Math.fround(Math.cos(angle));
    values[j + HALF] = radius * Math.fround(Math.sin(angle));
  }
}

function fillOneByOne(values: Float32Array<ArrayBuffer>, random: MersenneTwister): Float32Array<ArrayBuffer> {
  for (let i = 0; i < values.length; i += 2) {
    const angle = 2 * Math.PI * random.nextDouble();
    const radius = Math.sqrt(-2 * Math.log1p(-random.nextDouble()));
    values[i] = radius * Math.cos(angle);
    if (i + 1 < values.length) values[i + 1] = radius * Math.sin(angle);
  }
  return values;
}
