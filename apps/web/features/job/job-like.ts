import type { Job } from '@darkroom/shared/schemas/job';

/** A job for tests of words and lists. */
export function jobLike(given: Partial<Job> = {}): Job {
  const settings = {
    ...{ prompt: 'a dog', negative_prompt: '', seed: 7, batch_size: 1, n_iters: 1, steps: 20, cfg_scale: 5 },
    ...{ width: 256, height: 256, model: 'demo' },
  };
  return {
    id: '0190b3a4-7c1e-7b6a-9d3e-1f2a3b4c5d6e',
    metadata: {},
    request_time: '2026-01-02T23:50:00.000Z',
    complete_time: null,
    end_time: null,
    generation_settings: { ...settings, sampler_name: 'euler' },
    resolved_settings: { ...settings, sampler: 'euler', schedule: 'automatic', clip_skip: 1 },
    ...{
      image_url: null,
      images: [],
      status: 'waiting',
      epoch: 0,
      attempt: 1,
      attempts: [],
      retry_time: null,
      error: null,
    },
    ...{
      progress: null,
      position: null,
      estimate_seconds: null,
      started_time: null,
      timings: null,
      model_digest: null,
    },
    ...{ engine: null, warnings: [], submitted_by: 'local' },
    ...given,
  };
}
