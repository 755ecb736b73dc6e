/** Repeats the condition of the partial index `jobs_unfinished`: SQLite uses it only where the query says the same words. */
const UNFINISHED = `status IN ('waiting', 'rendering', 'retrying')`;

/** Everything that is asked of a read model. Each is answered through an index, however many jobs there are (test). */
export const QUERIES = {
  file: 'SELECT generation, caught_up_at, changed FROM file',
  position: 'SELECT position FROM positions WHERE topic = ?',
  job: 'SELECT record FROM jobs WHERE id = ?',
  jobs: 'SELECT record FROM jobs WHERE id < ? ORDER BY id DESC LIMIT ? OFFSET ?',
  unfinishedJobs: `SELECT record FROM jobs WHERE ${UNFINISHED} ORDER BY id DESC LIMIT ?`,
  renderingJobs: `SELECT record FROM jobs WHERE ${UNFINISHED} AND status = 'rendering' ORDER BY id LIMIT ?`,
  changedSince: 'SELECT record, changed FROM jobs WHERE changed > ? ORDER BY changed LIMIT ?',
  waitingOfPerson: `SELECT count(*) AS jobs FROM jobs WHERE status = 'waiting' AND submitted_by = ?`,
  waiting: `SELECT id, work FROM jobs WHERE ${UNFINISHED} AND status = 'waiting' ORDER BY lane, id LIMIT ?`,
  waitingInLanesBefore: `SELECT count(*) AS jobs, coalesce(sum(work), 0) AS work FROM jobs
    WHERE ${UNFINISHED} AND status = 'waiting' AND lane < ?`,
  waitingInLaneBefore: `SELECT count(*) AS jobs, coalesce(sum(work), 0) AS work FROM jobs
    WHERE ${UNFINISHED} AND status = 'waiting' AND lane = ? AND id < ?`,
  rate: `SELECT sum(render_ms) / sum(work) AS rate FROM
    (SELECT render_ms, work FROM jobs WHERE model = ? AND render_ms IS NOT NULL ORDER BY id DESC LIMIT 20)`,
  modelCatalog: `SELECT event FROM latest WHERE name = 'models_listed'`,
} as const satisfies Record<string, string>;
export type QueryName = keyof typeof QUERIES;
