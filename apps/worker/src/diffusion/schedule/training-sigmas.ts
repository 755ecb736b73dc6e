import type { SchedulerConfig } from './scheduler-config.ts';

/** Largest beta of the cosine schedule (Nichol & Dhariwal 2021, arXiv:2102.09672, section 3.2). */
const COSINE_BETA_MAX = 0.999;
/** Stands for ᾱ = 0 at the last step, so that its sigma is finite; float16's smallest number, as in diffusers. */
const ZERO_SNR_ALPHA = 2 ** -24;

/**
 * σ of each training timestep, ascending: σ_t = √((1 − ᾱ_t) / ᾱ_t), ᾱ_t = Π (1 − β_s).
 * Rounded to float32 where diffusers' `EulerDiscreteScheduler` rounds.
 */
export function trainingSigmas(config: SchedulerConfig): Float32Array {
  let betas = trainingBetas(config);
  if (config.rescale_betas_zero_snr) betas = rescaleToZeroSnr(betas);
  const alphas = cumulativeAlphas(betas);
  if (config.rescale_betas_zero_snr) alphas[alphas.length - 1] = ZERO_SNR_ALPHA;
  return alphas.map((alpha) => Math.sqrt(Math.fround(Math.fround(1 - alpha) / alpha)));
}

function trainingBetas(config: SchedulerConfig): Float32Array {
  const { beta_start: start, beta_end: end, num_train_timesteps: count, trained_betas: trained } = config;
  if (trained) return Float32Array.from(trained);
  switch (config.beta_schedule) {
    case 'linear':
      return linspace(start, end, count);
    case 'scaled_linear':
      return linspace(Math.sqrt(start), Math.sqrt(end), count).map((root) => root * root);
    case 'squaredcos_cap_v2':
      return Float32Array.from({ length: count }, (_, i) =>
        Math.min(1 - cosineAlpha((i + 1) / count) / cosineAlpha(i / count), COSINE_BETA_MAX),
      );
  }
}

/** ᾱ(t) of the cosine schedule, t from 0 to 1. */
function cosineAlpha(time: number): number {
  return Math.cos((((time + 0.008) / 1.008) * Math.PI) / 2) ** 2;
}

/** `torch.linspace` in float32: counted from both ends, so that the last value is `end`. */
function linspace(start: number, end: number, count: number): Float32Array {
  const [first, last] = [Math.fround(start), Math.fround(end)];
  const step = Math.fround(Math.fround(last - first) / (count - 1));
  return Float32Array.from({ length: count }, (_, i) =>
    i < count >> 1 ? first + Math.fround(step * i) : last - Math.fround(step * (count - i - 1)),
  );
}

/** `torch.cumprod`: the product is kept in float64, its values are float32. */
function cumulativeAlphas(betas: Float32Array): Float32Array {
  let product = 1;
  return betas.map((beta) => {
    product *= Math.fround(1 - beta);
    return product;
  });
}

/** Lin et al. 2023, "Common Diffusion Noise Schedules and Sample Steps are Flawed" (arXiv:2305.08891), algorithm 1. */
function rescaleToZeroSnr(betas: Float32Array): Float32Array {
  const roots = cumulativeAlphas(betas).map((alpha) => Math.sqrt(alpha));
  const [first, last] = [roots.at(0) ?? 1, roots.at(-1) ?? 0];
  const scale = Math.fround(first / Math.fround(first - last));
  const bars = roots.map((root) => Math.fround(Math.fround(root - last) * scale) ** 2);
  return bars.map((bar, i) => 1 - Math.fround(bar / (i === 0 ? 1 : (bars[i - 1] ?? 1))));
}
