import type { Job } from '@darkroom/shared/schemas/job';

/**
 * How far a picture has come, 0 to 1. The pictures of a batch develop together, batches after one another; the engine counts the steps of all.
 */
export function developed(
  { status, progress, resolved_settings: { batch_size, n_iters } }: Job,
  index: number,
): number {
  if (status === 'completed') return 1;
  if (!progress || progress.steps === 0) return 0;
  const stepsEach = progress.steps / n_iters;
  const before = Math.floor(index / batch_size) * stepsEach;
  return Math.min(1, Math.max(0, (progress.step - before) / stepsEach));
}

/** The first of the pictures in work: the one that previews are of. */
export function pictureInWork({ progress, resolved_settings: { batch_size, n_iters } }: Job): number {
  const done = Math.min(progress?.pictures ?? 0, batch_size * n_iters - 1);
  return done - (done % batch_size);
}

/** The preview of one picture, if the stream just told it. */
export function previewOf(job: Job, index: number): string | null {
  return index === pictureInWork(job) ? (job.progress?.preview ?? null) : null;
}
