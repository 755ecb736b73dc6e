import { workOf } from '@darkroom/shared/domain/work';
import type { Job } from '@darkroom/shared/schemas/job';

type Settings = Job['resolved_settings'];

const JUDGED_BY = 10;

/** Milliseconds that these settings are expected to render, by the median rate of the model's last jobs; null without any. */
export function estimateMs(settings: Settings, jobs: Iterable<Job>): number | null {
  const rates = [...jobs]
    .filter((job) => job.status === 'completed' && job.resolved_settings.model === settings.model)
    .sort((a, b) => (a.id < b.id ? 1 : -1))
    .slice(0, JUDGED_BY)
    .flatMap(({ timings, resolved_settings }) => {
      const total = timings?.['total_ms'];
      return total === undefined ? [] : [(total - (timings?.['load_ms'] ?? 0)) / workOf(resolved_settings)];
    })
    .sort((a, b) => a - b);
  const median = rates[Math.floor(rates.length / 2)];
  return median === undefined ? null : median * workOf(settings);
}
