import type { ModelInfo } from '@darkroom/shared/schemas/model-info';

export type SizePreset = { label: string; width: number; height: number };

/** Sizes a model takes, around its own: square, portrait, landscape, large. */
export function sizePresets(model: ModelInfo): SizePreset[] {
  const { default_width: width, default_height: height, size_multiple: multiple, min_side, max_side } = model;
  const snap = (side: number) => Math.min(max_side, Math.max(min_side, Math.round(side / multiple) * multiple));
  const presets = [
    { label: 'Square', width, height },
    { label: 'Portrait', width, height: snap(height * 1.5) },
    { label: 'Landscape', width: snap(width * 1.5), height },
    { label: 'Large', width: snap(width * 1.5), height: snap(height * 1.5) },
  ];
  return presets.filter(
    (preset, i) => presets.findIndex((other) => other.width === preset.width && other.height === preset.height) === i,
  );
}
