import { SAMPLERS } from '@darkroom/shared/domain/samplers';
import { SCHEDULES } from '@darkroom/shared/domain/schedules';
import type { Samplers } from '@darkroom/shared/schemas/api';

/** Every sampler and every schedule with all the names it may be called by. */
export function listSamplers(): Samplers {
  const named = ({ id, title, aliases }: { id: string; title: string; aliases: readonly string[] }) => ({
    ...{ id, title, aliases: [...aliases] },
  });
  return { samplers: SAMPLERS.map(named), schedules: SCHEDULES.map(named) };
}
