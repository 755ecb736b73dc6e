import { workOf } from '@darkroom/shared/domain/work';
import type { JobRecord } from '@darkroom/shared/read-model/job-record';
import type { ReadModelReader } from '@darkroom/shared/read-model/read-model-reader';
import type { LiveState } from './live-state.ts';

/** Where waiting jobs stand. An estimate by nature, so many answers may share one look at the queue. */
export type QueueView = {
  /** Waiting jobs before this waiting one, and the work until its turn: theirs, and what is left of those that are rendered. */
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
  renderingWork: number;
  places: ReadonlyMap<string, { jobs: number; work: number }>;
  rates: Map<string, number | null>;
};

export function createQueueView(reader: ReadModelReader, live: Pick<LiveState, 'progressOf'>): QueueView {
  let kept: Look | null = null;
  const look = (): Look => {
    if (kept !== null && performance.now() - kept.at < KEPT_MS) return kept;
    const rendering = reader.renderingJobs(PLACES_MAX);
    const renderingWork = rendering.reduce((sum, record) => sum + workLeft(record, live), 0);
    const places = new Map<string, { jobs: number; work: number }>();
    const before = { jobs: 0, work: renderingWork };
    for (const { id, work } of reader.waitingJobs(PLACES_MAX)) {
      places.set(id, { ...before });
      before.jobs += 1;
      before.work += work;
    }
    kept = { at: performance.now(), renderingWork, places, rates: new Map() };
    return kept;
  };
  return {
    ahead(record) {
      const { places, renderingWork } = look();
      const known = places.get(record.id);
      if (known) return known;
      const { jobs, work } = reader.ahead(record);
      return { jobs, work: work + renderingWork };
    },
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

/** What is left to do of a job that is being rendered. */
function workLeft(record: JobRecord, live: Pick<LiveState, 'progressOf'>): number {
  const progress = live.progressOf(record);
  const share = progress && progress.steps > 0 ? progress.step / progress.steps : 0;
  return workOf(record.resolved) * (1 - share);
}
