import { expect, test } from 'vitest';
import { jobLike } from './job-like.ts';
import { applyLive, EMPTY_LIVE_VIEW, newestFirst } from './live-view.ts';

const models = { models: [], default_model: null, unusable: [] };
const progress = (step: number, preview: string | null = null) => ({
  ...{ phase: 'denoising' as const, step, steps: 20, pictures: 0, elapsed_ms: step * 10, preview },
});

test('a snapshot brings the jobs, and changes replace them one by one', () => {
  const waiting = jobLike({ id: 'a', status: 'waiting' });
  const first = applyLive(EMPTY_LIVE_VIEW, { type: 'snapshot', data: { jobs: [waiting], models, workers: [] } });
  expect(first).toMatchObject({ known: true, connection: 'open' });
  const second = applyLive(first, { type: 'job', data: { ...waiting, status: 'completed' } });
  expect(second.jobs['a']?.status).toBe('completed');
  expect(first.jobs['a']?.status).toBe('waiting');
});

test('a job that ended while nobody listened is not shown as running', () => {
  const running = jobLike({ id: 'a', status: 'rendering' });
  const done = jobLike({ id: 'b', status: 'completed' });
  const before = applyLive(EMPTY_LIVE_VIEW, { type: 'snapshot', data: { jobs: [running, done], models, workers: [] } });
  const after = applyLive(before, { type: 'snapshot', data: { jobs: [], models, workers: [] } });
  expect(Object.keys(after.jobs)).toEqual(['b']);
});

test('a preview stays until the next one comes, and does not outlive its attempt', () => {
  const job = jobLike({ id: 'a', status: 'rendering' });
  let view = applyLive(EMPTY_LIVE_VIEW, { type: 'job', data: job });
  view = applyLive(view, { type: 'progress', data: { id: 'a', progress: progress(3, 'data:x') } });
  view = applyLive(view, { type: 'progress', data: { id: 'a', progress: progress(4) } });
  expect(view.jobs['a']?.progress).toMatchObject({ step: 4, preview: 'data:x' });
  view = applyLive(view, { type: 'job', data: { ...job, attempt: 2, progress: progress(0) } });
  expect(view.jobs['a']?.progress?.preview).toBeNull();
});

test('late progress does not wake a job that has ended', () => {
  const view = applyLive(EMPTY_LIVE_VIEW, { type: 'job', data: jobLike({ id: 'a', status: 'cancelled' }) });
  expect(applyLive(view, { type: 'progress', data: { id: 'a', progress: progress(5) } })).toBe(view);
});

test('the newest job comes first', () => {
  expect(newestFirst(['1', '3', '2'].map((id) => jobLike({ id }))).map((job) => job.id)).toEqual(['3', '2', '1']);
});

test('an answer that comes late does not take back what the stream has told', () => {
  const job = jobLike({ id: 'a', status: 'rendering' });
  let view = applyLive(EMPTY_LIVE_VIEW, { type: 'job', data: { ...job, status: 'completed' } });
  view = applyLive(view, { type: 'job', data: job });
  expect(view.jobs['a']?.status).toBe('completed');
  view = applyLive(view, { type: 'job', data: { ...job, epoch: 1, status: 'waiting' } });
  expect(view.jobs['a']).toMatchObject({ epoch: 1, status: 'waiting' });
  view = applyLive(view, { type: 'job', data: { ...job, status: 'failed' } });
  expect(view.jobs['a']).toMatchObject({ epoch: 1, status: 'waiting' });
});
