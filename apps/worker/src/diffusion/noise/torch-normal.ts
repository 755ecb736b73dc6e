import { MersenneTwister } from './mersenne-twister.ts';

/** Elements that one Box–Muller block makes: 8 radii and 8 angles. */
const BLOCK = 16;
const HALF = BLOCK / 2;

/**
 * PyTorch's CPU generator as `torch.randn(count, generator=torch.Generator('cpu').manual_seed(seed))` uses it: standard normal float32
 * noise. Each call goes on where the last one ended.
 *
 * PyTorch fills 16 elements and more in blocks (aten `normal_fill`): uniform numbers first, then Box–Muller (1958)
 * between element j and j + 8; a ragged end redraws the last 16 elements. Fewer than 16 are drawn one by one in
 * float64, by pairs; the second of a pair that is not needed is kept for the next such call. Equal to PyTorch but for the last bits
 * of its vectorised log, sin and cos.
 */
export class TorchNormal {
  readonly #random: MersenneTwister;
  #kept: number | null = null;

  constructor(seed: number) {
    this.#random = new MersenneTwister(seed);
  }

  next(count: number): Float32Array<ArrayBuffer> {
    const values = new Float32Array(count);
    if (count < BLOCK) this.#fillOneByOne(values);
    else this.#fillBlocks(values);
    return values;
  }

  #fillBlocks(values: Float32Array): void {
    const count = values.length;
    for (let i = 0; i < count; i++) values[i] = this.#random.nextFloat();
    for (let start = 0; start + BLOCK <= count; start += BLOCK) transformBlock(values, start);
    if (count % BLOCK === 0) return;
    const start = count - BLOCK;
    for (let i = start; i < count; i++) values[i] = this.#random.nextFloat();
    transformBlock(values, start);
  }

  #fillOneByOne(values: Float32Array): void {
    for (let i = 0; i < values.length; i++) values[i] = this.#nextOne();
  }

  #nextOne(): number {
    if (this.#kept !== null) {
      const kept = this.#kept;
      this.#kept = null;
      return kept;
    }
    const angle = 2 * Math.PI * this.#random.nextDouble();
    const radius = Math.sqrt(-2 * Math.log1p(-this.#random.nextDouble()));
    this.#kept = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  }
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
