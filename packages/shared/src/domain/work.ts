import type { Requested } from '../schemas/events.ts';

/**
 * How much a job asks of an engine, in steps of one megapixel: comparable among jobs of one model, so that the time of the next job
 * can be told from the last ones. With guidance a step evaluates two rows.
 */
export function workOf(settings: Requested['resolved']): number {
  const megapixels = (settings.width * settings.height) / 1e6;
  const rows = settings.cfg_scale === 1 ? 1 : 2;
  return megapixels * settings.steps * rows * settings.batch_size * settings.n_iters;
}
