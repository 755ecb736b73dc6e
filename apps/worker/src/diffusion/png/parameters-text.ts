import { findSampler } from '@darkroom/shared/domain/samplers';
import { DEFAULT_SCHEDULE, findSchedule } from '@darkroom/shared/domain/schedules';
import type { ResolvedSettings } from '@darkroom/shared/schemas/resolved-settings';
import type { PngText } from './png-text.ts';

export type PictureFacts = {
  settings: ResolvedSettings;
  seed: number;
  index: number;
  modelDigest: string;
  engine: string;
};

/** Hex digits of the model's digest that A1111's "Model hash" has. */
const SHORT_DIGEST = 10;

/**
 * The `parameters` text that AUTOMATIC1111's web UI writes and many programs read: prompt, negative prompt where there
 * is one, then one line of settings. Each picture names its own seed.
 */
export function parametersText({ settings, seed, modelDigest }: PictureFacts): string {
  const line = Object.entries({
    Steps: settings.steps,
    Sampler: findSampler(settings.sampler)?.title ?? settings.sampler,
    ...(settings.schedule === DEFAULT_SCHEDULE ? {} : { 'Schedule type': findSchedule(settings.schedule)?.title }),
    'CFG scale': settings.cfg_scale,
    Seed: seed,
    Size: `${settings.width}x${settings.height}`,
    'Model hash': modelDigest.slice(0, SHORT_DIGEST),
    Model: settings.model,
    // Like A1111, which leaves out its default.
    ...(settings.clip_skip === 1 ? {} : { 'Clip skip': settings.clip_skip }),
    Version: 'Darkroom',
  }).map(([key, value]) => `${key}: ${quoted(String(value))}`);
  const negative = settings.negative_prompt === '' ? [] : [`Negative prompt: ${settings.negative_prompt}`];
  return [settings.prompt, ...negative, line.join(', ')].join('\n');
}

/** A1111 quotes what its reader would take for the next setting. */
function quoted(value: string): string {
  return /[,:\n]/.test(value) ? JSON.stringify(value) : value;
}

/** The texts of one picture: `parameters` for other programs, `darkroom` with every resolved setting as JSON. */
export function pictureTexts(facts: PictureFacts): PngText[] {
  const { settings, seed, index, modelDigest, engine } = facts;
  const own = { version: 1, settings, index, seed, model_digest: modelDigest, engine };
  return [
    { keyword: 'parameters', text: parametersText(facts) },
    { keyword: 'darkroom', text: JSON.stringify(own) },
  ];
}
