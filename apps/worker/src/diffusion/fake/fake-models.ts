import { DEFAULT_SAMPLER } from '@darkroom/shared/domain/samplers';
import { LIMITS } from '@darkroom/shared/schemas/limits';
import { modelInfo } from '@darkroom/shared/schemas/model-info';
import { z } from 'zod';
import { ENGINE_SAMPLERS } from '../samplers/samplers.ts';

const shape = modelInfo.shape;

/** A model that the fake engine lists: whatever is not given looks like the built-in one. */
const fakeModel = z.strictObject({
  id: shape.id.default('demo'),
  title: shape.title.default('Placeholder'),
  description: shape.description.default('Draws the id of the job. For tests and load.'),
  digest: shape.digest.default('fa4e'.repeat(16)),
  format: shape.format.default('diffusers-onnx'),
  default_width: shape.default_width.default(256),
  default_height: shape.default_height.default(256),
  size_multiple: shape.size_multiple.default(64),
  min_side: shape.min_side.default(64),
  max_side: shape.max_side.default(LIMITS.sideMax),
  default_sampler: shape.default_sampler.default(DEFAULT_SAMPLER),
  samplers: shape.samplers.default([...ENGINE_SAMPLERS.keys()]),
  default_steps: shape.default_steps.default(20),
  default_cfg_scale: shape.default_cfg_scale.default(7),
  prompt_tokens: shape.prompt_tokens.default(75),
  clip_skip_max: shape.clip_skip_max,
  examples: shape.examples.default(['a dog', 'a red car', 'a cat, 3d']),
  vocabulary: shape.vocabulary,
});
export type FakeModel = z.infer<typeof fakeModel>;

export const fakeModels = z.array(fakeModel).min(1);
