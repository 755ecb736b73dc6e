import { DarkroomError } from '@darkroom/shared/errors/darkroom-error';
import type { ModelInfo } from '@darkroom/shared/schemas/model-info';
import type { ResolvedSettings } from '@darkroom/shared/schemas/resolved-settings';

/** Throws `SETTINGS_REFUSED` with one sentence a wrong field: what this model could never render. */
export function checkSettings(settings: ResolvedSettings, model: ModelInfo): void {
  const wrong: Record<string, string> = {};
  for (const field of ['width', 'height'] as const) {
    const value = settings[field];
    if (value < model.min_side || value > model.max_side) {
      wrong[field] = `must be from ${model.min_side} to ${model.max_side}`;
    } else if (value % model.size_multiple !== 0) {
      wrong[field] = `must be a multiple of ${model.size_multiple}`;
    }
  }
  if (!model.samplers.includes(settings.sampler)) {
    wrong['sampler'] = `must be one of ${model.samplers.join(', ')}`;
  }
  if (settings.clip_skip > model.clip_skip_max) wrong['clip_skip'] = `must be at most ${model.clip_skip_max}`;
  const sentences = Object.entries(wrong).map(([field, sentence]) => `${field} ${sentence}`);
  if (sentences.length === 0) return;
  throw new DarkroomError('SETTINGS_REFUSED', `The model "${model.id}" cannot render this: ${sentences.join('; ')}`, {
    context: { model: model.id, fields: wrong },
  });
}
