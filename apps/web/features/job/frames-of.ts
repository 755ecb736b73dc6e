import { isFinished, type Job } from '@darkroom/shared/schemas/job';

/** How many frames a job has: one for each picture asked for; once it has ended, for each there is, and at least one that tells its state. */
export function framesOf({ status, images, resolved_settings: { batch_size, n_iters } }: Job): number {
  return isFinished(status) ? Math.max(1, images.length) : batch_size * n_iters;
}
