import type { Ids } from '@darkroom/shared/ids/ids';
import { type Completed, type ModelsListed, type Requested, SCHEMA_VERSION } from '@darkroom/shared/schemas/events';

/** The events of a job that was rendered long ago, for measurements of reading. */
export function finishedJob(ids: Ids): { requested: Requested; completed: Completed } {
  const jobId = ids.next();
  const time = new Date().toISOString();
  const envelope = { schemaVersion: SCHEMA_VERSION, time, jobId, epoch: 0 } as const;
  const sizes = { batch_size: 1, n_iters: 1, steps: 20, cfg_scale: 5, width: 256, height: 256, model: 'demo', seed: 7 };
  const requested: Requested = {
    ...envelope,
    ...{
      eventId: ids.next(),
      type: 'requested',
      submittedBy: 'local',
      lane: 'low',
      metadata: { grouping: 'bench' },
      requestTime: time,
    },
    generationSettings: { prompt: `a dog ${jobId}`, negative_prompt: '', sampler_name: 'euler', ...sizes },
    resolved: { ...sizes, sampler: 'euler', schedule: 'automatic', clip_skip: 1 },
  };
  const picture = {
    index: 0,
    seed: 7,
    width: 256,
    height: 256,
    bucket: 'local',
    key: `jobs/${jobId}/0/x.png`,
    sha256: 'x',
    bytes: 1,
  };
  const completed: Completed = {
    ...envelope,
    ...{
      eventId: ids.next(),
      type: 'completed',
      attempt: 1,
      workerId: 'bench',
      pictures: [picture],
      modelDigest: 'x',
      warnings: [],
    },
    timings: { total_ms: 400, inference_ms: 350, load_ms: 0 },
    engine: { name: 'bench', version: '1', execution_provider: 'cpu' },
  };
  return { requested, completed };
}

/** What a worker would have said, for measurements of a web without one. */
export function modelsListed(ids: Ids): ModelsListed {
  const model: ModelsListed['models'][number] = {
    ...{
      id: 'demo',
      title: 'Demo',
      description: null,
      digest: 'x',
      format: 'diffusers-onnx',
      examples: [],
      clip_skip_max: 1,
      vocabulary: null,
      prompt_tokens: 22,
    },
    ...{ default_width: 256, default_height: 256, size_multiple: 64, min_side: 64, max_side: 512, default_steps: 20 },
    ...{ default_sampler: 'euler', samplers: ['euler'], default_cfg_scale: 5 },
  };
  const envelope = { schemaVersion: SCHEMA_VERSION, eventId: ids.next(), time: new Date().toISOString() } as const;
  return { ...envelope, type: 'models_listed', workerId: 'bench', models: [model] };
}
