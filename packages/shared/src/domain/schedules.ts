import { comparableName } from './comparable-name.ts';

/** How the noise levels of the steps are chosen. Ids are those of ComfyUI where it has the schedule. */
export type ScheduleEntry = {
  id: ScheduleId;
  /** As shown in forms and written into pictures; A1111's name where it has one. */
  title: string;
  aliases: readonly string[];
};

/** Schedules that choose levels themselves. */
const NAMED = ['karras', 'exponential', 'normal', 'sgm_uniform', 'simple', 'ddim_uniform', 'beta'] as const;
/** Spacings of the training timesteps; `automatic` is the one that the model names. */
const SPACINGS = ['automatic', 'trailing', 'leading', 'linspace'] as const;

export type NamedSchedule = (typeof NAMED)[number];
export type ScheduleId = NamedSchedule | (typeof SPACINGS)[number];

export const SCHEDULE_IDS: readonly ScheduleId[] = [...SPACINGS, ...NAMED];

export const SCHEDULES: readonly ScheduleEntry[] = [
  { id: 'automatic', title: 'Automatic', aliases: ['default', 'model'] },
  { id: 'karras', title: 'Karras', aliases: ['ka'] },
  { id: 'exponential', title: 'Exponential', aliases: ['exp'] },
  { id: 'normal', title: 'Uniform', aliases: ['uniform'] },
  { id: 'sgm_uniform', title: 'SGM Uniform', aliases: ['sgmuniform'] },
  { id: 'simple', title: 'Simple', aliases: [] },
  { id: 'ddim_uniform', title: 'DDIM', aliases: ['ddim'] },
  { id: 'beta', title: 'Beta', aliases: [] },
  { id: 'trailing', title: 'Trailing', aliases: [] },
  { id: 'leading', title: 'Leading', aliases: [] },
  { id: 'linspace', title: 'Linspace', aliases: [] },
];

export const DEFAULT_SCHEDULE: ScheduleId = 'automatic';

const byName = new Map(
  SCHEDULES.flatMap((entry) => [entry.id, entry.title, ...entry.aliases].map((name) => [comparableName(name), entry])),
);

export function findSchedule(name: string): ScheduleEntry | undefined {
  return byName.get(comparableName(name));
}

export function isNamedSchedule(id: ScheduleId): id is NamedSchedule {
  return (NAMED as readonly string[]).includes(id); // a list of some ids, asked for any
}
