/**
 * Splits the step from σ to σ′ into a deterministic one down to `down` and noise of deviation `up`, with down² + up² = σ′²:
 * the posterior of DDPM (Ho et al. 2020, arXiv:2006.11239, equation 7) for data that is known to be x₀.
 */
export function ancestralStep(sigma: number, next: number): { down: number; up: number } {
  const up = Math.min(next, Math.sqrt((next ** 2 * (sigma ** 2 - next ** 2)) / sigma ** 2));
  return { down: Math.sqrt(next ** 2 - up ** 2), up };
}
