/** Raise it with any change of tables or of the fold: an older file is thrown away and folded anew. */
export const READ_MODEL_VERSION = 5;

/**
 * `facts` keeps each job's events, so that the fold sees all of them whatever comes first; `jobs` is what they fold to.
 * `changed` rises with every change of a row: streams ask for what is greater than the last they saw.
 */
export const READ_MODEL_SCHEMA = `
  CREATE TABLE file (generation TEXT NOT NULL, caught_up_at INTEGER NOT NULL, changed INTEGER NOT NULL);
  -- first: what the topic's first message was, by which its log is known again.
  CREATE TABLE positions (topic TEXT PRIMARY KEY, first TEXT NOT NULL, position TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE facts (
    job_id TEXT NOT NULL, event_id TEXT NOT NULL, event TEXT NOT NULL, PRIMARY KEY (job_id, event_id)
  ) WITHOUT ROWID;
  CREATE TABLE jobs (
    id TEXT PRIMARY KEY, status TEXT NOT NULL, submitted_by TEXT NOT NULL, lane INTEGER NOT NULL, model TEXT NOT NULL,
    grouping TEXT, work REAL NOT NULL, render_ms REAL, changed INTEGER NOT NULL, record TEXT NOT NULL
  ) WITHOUT ROWID;
  CREATE INDEX jobs_by_status ON jobs (status, id);
  CREATE INDEX jobs_by_model ON jobs (model, id);
  CREATE INDEX jobs_by_grouping ON jobs (grouping, id) WHERE grouping IS NOT NULL;
  CREATE INDEX jobs_by_change ON jobs (changed);
  CREATE INDEX jobs_unfinished ON jobs (status, lane, id, work) WHERE status IN ('waiting', 'rendering', 'retrying');
  CREATE INDEX jobs_waiting_by_person ON jobs (submitted_by) WHERE status = 'waiting';
  CREATE INDEX jobs_timed ON jobs (model, id) WHERE render_ms IS NOT NULL;
  -- Of what is set as a whole, the event with the greatest eventId.
  CREATE TABLE latest (name TEXT PRIMARY KEY, event_id TEXT NOT NULL, event TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE malformed (event_id TEXT PRIMARY KEY, event TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE quarantine (
    topic TEXT NOT NULL, position TEXT NOT NULL, reason TEXT NOT NULL, payload BLOB NOT NULL, PRIMARY KEY (topic, position)
  ) WITHOUT ROWID;
`;

/** In the order in which workers prefer them. */
export const LANE_RANK = { high: 0, normal: 1, low: 2 } as const;
