/** x ← x + (σ′ − σ) · (x − D) / σ, in place, rounded to float32 as the reference rounds. */
export function stepEuler(latent: Float32Array, denoised: Float32Array, sigma: number, next: number): void {
  const difference = Math.fround(next - sigma);
  for (let j = 0; j < latent.length; j++) {
    const value = latent[j] ?? 0;
    const slope = Math.fround(Math.fround(value - (denoised[j] ?? 0)) / sigma);
    latent[j] = value + Math.fround(slope * difference);
  }
}
