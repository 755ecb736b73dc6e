/**
 * Every sampler that can be asked for: what forms list, requests name and the engine runs.
 * Names are found whatever their case and whether written with spaces, hyphens or underscores.
 */
export type SamplerEntry = {
  /** The canonical id, in events and resolved settings. */
  id: string;
  /** As shown in forms and written into pictures. */
  title: string;
  /** Names of other programs and of older versions. */
  aliases: readonly string[];
};

export const SAMPLERS: readonly SamplerEntry[] = [
  { id: 'euler', title: 'Euler', aliases: ['k_euler', 'sample_euler', 'EulerDiscreteScheduler'] },
];

export const DEFAULT_SAMPLER = 'euler';

const byName = new Map(
  SAMPLERS.flatMap((entry) => [entry.id, entry.title, ...entry.aliases].map((name) => [comparable(name), entry])),
);

/** The sampler that a request names, by id, title or alias; undefined when there is none. */
export function findSampler(name: string): SamplerEntry | undefined {
  return byName.get(comparable(name));
}

function comparable(name: string): string {
  return name
    .trim()
    .toLowerCase()
    .replace(/[\s_-]+/gu, ' ');
}
