/**
 * MT19937 (Matsumoto & Nishimura 1998, "Mersenne Twister: a 623-dimensionally equidistributed uniform pseudorandom
 * number generator"), seeded as PyTorch's CPU generator does: the low 32 bits of the seed, `init_genrand`.
 *
 * | here | paper |
 * |---|---|
 * | STATE_WORDS, SHIFT_WORDS | n = 624, m = 397 |
 * | TWIST | a |
 * | the shifts and masks of `next32` | u, s, b, t, c, l |
 */
const STATE_WORDS = 624;
const SHIFT_WORDS = 397;
const TWIST = 0x9908b0df;
const SEED_MULTIPLIER = 1812433253;

export class MersenneTwister {
  readonly #state = new Uint32Array(STATE_WORDS);
  #next = STATE_WORDS;

  /** `seed`: a whole number ≥ 0 up to 2^53 − 1; only its low 32 bits count. */
  constructor(seed: number) {
    this.#state[0] = seed % 2 ** 32;
    for (let i = 1; i < STATE_WORDS; i++) {
      const previous = this.#word(i - 1);
      this.#state[i] = Math.imul(SEED_MULTIPLIER, previous ^ (previous >>> 30)) + i;
    }
  }

  /** A whole number from 0 to 2^32 − 1. */
  next32(): number {
    if (this.#next === STATE_WORDS) this.#twist();
    let y = this.#word(this.#next++);
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    y ^= y >>> 18;
    return y >>> 0;
  }

  /** 24 random bits as a float32 in [0, 1), as `at::uniform_real_distribution<float>` draws it. */
  nextFloat(): number {
    return (this.next32() & 0xffffff) / 2 ** 24;
  }

  /** 53 random bits as a float64 in [0, 1): two words, the first one high. */
  nextDouble(): number {
    const high = this.next32() & 0x1fffff;
    return (high * 2 ** 32 + this.next32()) / 2 ** 53;
  }

  #word(index: number): number {
    return this.#state[index] ?? 0;
  }

  #twist(): void {
    for (let i = 0; i < STATE_WORDS; i++) {
      const y = (this.#word(i) & 0x80000000) | (this.#word((i + 1) % STATE_WORDS) & 0x7fffffff);
      const twisted = (y >>> 1) ^ ((y & 1) === 0 ? 0 : TWIST);
      this.#state[i] = this.#word((i + SHIFT_WORDS) % STATE_WORDS) ^ twisted;
    }
    this.#next = 0;
  }
}
