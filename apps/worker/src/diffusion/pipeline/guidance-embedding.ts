/**
 * What a guidance-distilled model is told: w = cfg − 1 as sinusoids, first the sines, then the cosines, as diffusers'
 * `get_guidance_scale_embedding` has it (Meng et al. 2023, arXiv:2210.03142; Luo et al. 2023, arXiv:2310.04378, section 4.2).
 * Gives `width` values in −1…1.
 */
export function guidanceEmbedding(cfgScale: number, width: number): Float32Array {
  const half = Math.floor(width / 2);
  // In float32 at each step, as the reference: angles go into thousands, and their last bits are seen.
  const rate = Math.fround(Math.fround(Math.log(10_000)) / (half - 1));
  const scaled = Math.fround((cfgScale - 1) * 1000);
  const embedding = new Float32Array(width);
  for (let i = 0; i < half; i++) {
    const angle = Math.fround(scaled * Math.fround(Math.exp(Math.fround(-rate * i))));
    embedding[i] = Math.sin(angle);
    embedding[half + i] = Math.cos(angle);
  }
  return embedding;
}
