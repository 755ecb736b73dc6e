import { comparableName } from './comparable-name.ts';
import { findSchedule, type ScheduleId } from './schedules.ts';

/**
 * Every sampler that can be asked for: what forms list, requests name and the engine runs.
 * Names are found whatever their case and whether written with spaces, hyphens or underscores.
 */
export type SamplerEntry = {
  /** The canonical id, in events and resolved settings: ComfyUI's, which k-diffusion's function names give. */
  id: string;
  /** As shown in forms and written into pictures: A1111's. */
  title: string;
  /** Names of other programs and of older versions. */
  aliases: readonly string[];
};

export const SAMPLERS: readonly SamplerEntry[] = [
  { id: 'euler', title: 'Euler', aliases: ['k_euler', 'sample_euler', 'EulerDiscreteScheduler'] },
  {
    id: 'euler_ancestral',
    title: 'Euler a',
    aliases: ['k_euler_a', 'k_euler_ancestral', 'sample_euler_ancestral', 'EulerAncestralDiscreteScheduler'],
  },
  { id: 'heun', title: 'Heun', aliases: ['k_heun', 'sample_heun', 'HeunDiscreteScheduler'] },
  { id: 'dpm2', title: 'DPM2', aliases: ['dpm_2', 'k_dpm_2', 'sample_dpm_2', 'KDPM2DiscreteScheduler'] },
  {
    id: 'dpm2_ancestral',
    title: 'DPM2 a',
    aliases: ['dpm_2_ancestral', 'dpm_2_a', 'k_dpm_2_a', 'sample_dpm_2_ancestral', 'KDPM2AncestralDiscreteScheduler'],
  },
  { id: 'lms', title: 'LMS', aliases: ['k_lms', 'sample_lms', 'LMSDiscreteScheduler'] },
  { id: 'ddim', title: 'DDIM', aliases: ['DDIMScheduler'] },
  { id: 'ddpm', title: 'DDPM', aliases: ['DDPMScheduler'] },
  {
    id: 'dpmpp_2m',
    title: 'DPM++ 2M',
    aliases: ['k_dpmpp_2m', 'sample_dpmpp_2m', 'DPMSolverMultistepScheduler'],
  },
  {
    id: 'dpmpp_2s_ancestral',
    title: 'DPM++ 2S a',
    aliases: ['k_dpmpp_2s_a', 'k_dpmpp_2s_ancestral', 'sample_dpmpp_2s_ancestral'],
  },
  { id: 'dpmpp_sde', title: 'DPM++ SDE', aliases: ['k_dpmpp_sde', 'dpmpp_sde_gpu', 'sample_dpmpp_sde'] },
  { id: 'dpmpp_2m_sde', title: 'DPM++ 2M SDE', aliases: ['k_dpmpp_2m_sde', 'dpmpp_2m_sde_gpu', 'sample_dpmpp_2m_sde'] },
  { id: 'dpmpp_3m_sde', title: 'DPM++ 3M SDE', aliases: ['k_dpmpp_3m_sde', 'dpmpp_3m_sde_gpu', 'sample_dpmpp_3m_sde'] },
  { id: 'unipc', title: 'UniPC', aliases: ['uni_pc', 'uni_pc_bh2', 'UniPCMultistepScheduler'] },
  { id: 'lcm', title: 'LCM', aliases: ['LCMScheduler'] },
  { id: 'deis', title: 'DEIS', aliases: ['DEISMultistepScheduler'] },
];

export const DEFAULT_SAMPLER = 'euler';

const byName = new Map(
  SAMPLERS.flatMap((entry) => [entry.id, entry.title, ...entry.aliases].map((name) => [comparableName(name), entry])),
);

/** A sampler, and the schedule where its name ends with one ("DPM++ 2M Karras", "k_dpmpp_2m_ka"). */
export type FoundSampler = SamplerEntry & { schedule: ScheduleId | null };

/** The sampler that a request names, by id, title or alias; undefined when there is none. */
export function findSampler(name: string): FoundSampler | undefined {
  const words = comparableName(name).split(' ');
  // A schedule's name has two words at most.
  for (const count of [0, 1, 2]) {
    const entry = byName.get(words.slice(0, words.length - count).join(' '));
    const schedule = count === 0 ? null : findSchedule(words.slice(-count).join(' '))?.id;
    if (entry && schedule !== undefined) return { ...entry, schedule };
  }
  return undefined;
}
