import type { JobRecord } from '@darkroom/shared/read-model/job-record';
import type { ReadModelReader } from '@darkroom/shared/read-model/read-model-reader';

/** Where waiting jobs stand. An estimate by nature, so many answers may share one look at the queue. */
export type QueueView = {
  /** Jobs before this waiting one, and their work. */
  ahead(record: JobRecord): { jobs: number; work: number };
  /** Milliseconds for a unit of work of this model, or null. */
  millisecondsPerWork(model: string): number | null;
  /** The first waiting jobs in the order of service. */
  front(count: number): readonly { id: string; position: number }[];
};

const KEPT_MS = 200;
const PLACES_MAX = 2000;

type Look = {
  at: number;
  places: ReadonlyMap<string, { jobs: number; work: number }>;
  rates: Map<string, number | null>;
};

export function createQueueView(reader: ReadModelReader): QueueView {
  let kept: Look | null = null;
  const look = (): Look => {
    if (kept !== null && performance.now() - kept.at < KEPT_MS) return kept;
    const { rendering, waiting } = reader.queue(PLACES_MAX);
    const places = new Map<string, { jobs: number; work: number }>();
    const before = { ...rendering };
    for (const { id, work } of waiting) {
      places.set(id, { ...before });
      before.jobs += 1;
      before.work += work;
    }
    kept = { at: performance.now(), places, rates: new Map() };
    return kept;
  };
  return {
    ahead: (record) => look().places.get(record.id) ?? reader.ahead(record),
    millisecondsPerWork(model) {
      const { rates } = look();
      const known = rates.get(model);
      if (known !== undefined) return known;
      const rate = reader.millisecondsPerWork(model);
      rates.set(model, rate);
      return rate;
    },
    front(count) {
      const first = [...look().places].slice(0, count);
      return first.map(([id, { jobs }]) => ({ id, position: jobs + 1 }));
    },
  };
}
