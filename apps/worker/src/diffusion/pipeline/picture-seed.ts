const SEED_MAX = Number.MAX_SAFE_INTEGER;

/**
 * The seed of picture `index` of a job: seed + index (A1111's rule). Past 2^53 − 1 it goes on at 0, which the noise
 * does not notice: it uses the seed modulo 2^32, and 2^53 is a multiple of that.
 */
export function pictureSeed(seed: number, index: number): number {
  return seed > SEED_MAX - index ? index - (SEED_MAX - seed) - 1 : seed + index;
}
