import { findSampler } from '@darkroom/shared/domain/samplers';
import { DEFAULT_SCHEDULE, findSchedule } from '@darkroom/shared/domain/schedules';

/** As people know it: "Euler", "DPM++ 2M Karras". */
export function samplerWords(sampler: string, schedule: string): string {
  const title = findSampler(sampler)?.title ?? sampler;
  return schedule === DEFAULT_SCHEDULE ? title : `${title} ${findSchedule(schedule)?.title ?? schedule}`;
}
