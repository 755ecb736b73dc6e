/** Repeats the condition of the partial index `jobs_unfinished`: SQLite uses it only where the query says the same words. */
const UNFINISHED = `status IN ('waiting', 'rendering', 'retrying')`;

/** Everything that is asked of a read model. Each is answered through an index, however many jobs there are (test). */
export const QUERIES = {
  file: 'SELECT generation, caught_up_at, changed FROM file',
  position: 'SELECT position FROM positions WHERE topic = ?',
  job: 'SELECT record FROM jobs WHERE id = ?',
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

/** What a list of jobs may be narrowed to. */
export type JobFilter = Partial<Record<(typeof JOB_FILTERS)[number], string | undefined>>;
export const JOB_FILTERS = ['status', 'model', 'grouping'] as const;

/** A page of jobs, newest first: the parameters are the filter's values in the order of `JOB_FILTERS`, the id before, limit and offset. */
export function pageQuery(filter: JobFilter): { sql: string; values: string[] } {
  const given = JOB_FILTERS.flatMap((name) => {
    const value = filter[name];
    return value === undefined ? [] : [{ name, value }];
  });
  const conditions = [...given.map(({ name }) => `${name} = ?`), 'id < ?'].join(' AND ');
  return {
    sql: `SELECT record FROM jobs WHERE ${conditions} ORDER BY id DESC LIMIT ? OFFSET ?`,
    values: given.map(({ value }) => value),
  };
}
