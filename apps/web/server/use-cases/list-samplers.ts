import { SAMPLERS } from '@darkroom/shared/domain/samplers';
import type { Samplers } from '@darkroom/shared/schemas/api';

/** Every sampler with all the names it may be called by. */
export function listSamplers(): Samplers {
  return { samplers: SAMPLERS.map(({ id, title, aliases }) => ({ id, title, aliases: [...aliases] })) };
}
