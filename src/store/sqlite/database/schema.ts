import { never } from "../../../model/job/job.ts";
import { defaultPriority } from "../../../model/job/priority.ts";
import { suspectFrom } from "../../suspects.ts";

/** One step from a schema version to the next. Steps only add; what is no longer used is removed a release later. */
export interface Migration {
  readonly version: number;
  /** The oldest version of the product's schema whose programs can still work with the file after this step. */
  readonly readableFrom: number;
  readonly sql: string;
}

/** Marks a file as ours in its header: "wkfl". */
export const applicationId = 0x776b666c;

/**
 * `seq` joins the tables: appended in order of insertion, so that a large file is written at its end whatever the ids.
 * A job is living as long as it has a `ready_at`. `shown` is `visibleStatus` of the model.
 */
const first = `
CREATE TABLE jobs (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  format INTEGER NOT NULL,
  workflow TEXT NOT NULL,
  workflow_version INTEGER NOT NULL,
  digest TEXT NOT NULL,
  status TEXT NOT NULL,
  run INTEGER NOT NULL,
  error TEXT,
  version INTEGER NOT NULL,
  fence INTEGER NOT NULL,
  owner TEXT,
  lost INTEGER NOT NULL,
  lost_recorded INTEGER NOT NULL,
  ready_at INTEGER,
  deadline_at INTEGER,
  created_at INTEGER NOT NULL,
  started_at INTEGER,
  finished_at INTEGER,
  bytes INTEGER NOT NULL,
  body_digest TEXT,
  input TEXT,
  shown TEXT NOT NULL GENERATED ALWAYS AS
    (CASE WHEN status = 'pending' AND owner IS NOT NULL THEN 'running' ELSE status END) VIRTUAL
) STRICT;
CREATE INDEX jobs_healthy ON jobs (workflow, ready_at)
  WHERE owner IS NULL AND ready_at IS NOT NULL AND lost < ${suspectFrom};
CREATE INDEX jobs_suspect ON jobs (workflow, ready_at)
  WHERE owner IS NULL AND ready_at IS NOT NULL AND lost >= ${suspectFrom};
CREATE INDEX jobs_owner ON jobs (owner) WHERE owner IS NOT NULL;
CREATE INDEX jobs_deadline ON jobs (deadline_at) WHERE deadline_at IS NOT NULL AND ready_at IS NOT NULL;
CREATE INDEX jobs_list ON jobs (shown, created_at, id);
CREATE INDEX jobs_workflow_list ON jobs (workflow, shown, created_at, id);
CREATE INDEX jobs_finished ON jobs (finished_at) WHERE finished_at IS NOT NULL AND ready_at IS NULL;

CREATE TABLE inputs (
  job INTEGER PRIMARY KEY,
  body TEXT NOT NULL
) STRICT;

CREATE TABLE tasks (
  job INTEGER NOT NULL,
  run INTEGER NOT NULL,
  path TEXT NOT NULL,
  iteration INTEGER NOT NULL,
  position INTEGER NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (job, run, path, iteration)
) STRICT, WITHOUT ROWID;

CREATE TABLE history (
  job INTEGER NOT NULL,
  version INTEGER NOT NULL,
  entries TEXT NOT NULL,
  PRIMARY KEY (job, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE tombstones (
  id TEXT PRIMARY KEY,
  body_digest TEXT,
  until INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX tombstones_until ON tombstones (until);

CREATE TABLE workers (
  id TEXT PRIMARY KEY,
  host TEXT NOT NULL,
  pid INTEGER NOT NULL,
  pid_start TEXT NOT NULL,
  concurrency INTEGER NOT NULL,
  lease_ms INTEGER NOT NULL,
  started_at INTEGER NOT NULL,
  beat INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE definitions (
  seq INTEGER PRIMARY KEY,
  digest TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  version INTEGER NOT NULL,
  model TEXT NOT NULL,
  source TEXT NOT NULL
) STRICT;
CREATE INDEX definitions_newest ON definitions (name, version DESC, seq DESC);
`;

/** Defaults, because programs that know only the first version register workers too. */
const placement = `
ALTER TABLE workers ADD COLUMN address TEXT NOT NULL DEFAULT '';
ALTER TABLE workers ADD COLUMN room INTEGER NOT NULL DEFAULT 0;
`;

/**
 * What few jobs have: whose part they are, what they still want done to others and since when, small things, what they offer to workers from outside. Programs that know only older versions leave
 * them alone; jobs that need them carry a format that those programs do not take.
 */
const effects = `
ALTER TABLE jobs ADD COLUMN parent TEXT;
ALTER TABLE jobs ADD COLUMN effects TEXT;
ALTER TABLE jobs ADD COLUMN owed_since INTEGER;
ALTER TABLE jobs ADD COLUMN extras TEXT;
CREATE INDEX jobs_owing ON jobs (owed_since) WHERE owed_since IS NOT NULL;
CREATE TABLE offers (
  queue TEXT NOT NULL,
  at INTEGER NOT NULL,
  job INTEGER NOT NULL,
  PRIMARY KEY (queue, at, job)
) STRICT, WITHOUT ROWID;
CREATE INDEX offers_job ON offers (job);
`;

/**
 * A program that knows only older versions claims by age alone, by `jobs_healthy` and `jobs_suspect`, which go when no such program can be beside this one any more.
 * What has a priority or a cap is in a format that it leaves alone.
 */
const order = `
ALTER TABLE jobs ADD COLUMN priority INTEGER NOT NULL DEFAULT ${defaultPriority};
ALTER TABLE jobs ADD COLUMN max_running INTEGER;
CREATE INDEX jobs_ready ON jobs (workflow, priority, ready_at)
  WHERE owner IS NULL AND ready_at IS NOT NULL AND lost < ${suspectFrom};
CREATE INDEX jobs_ready_suspects ON jobs (workflow, priority, ready_at)
  WHERE owner IS NULL AND ready_at IS NOT NULL AND lost >= ${suspectFrom};
CREATE INDEX jobs_capped ON jobs (workflow) WHERE owner IS NOT NULL AND max_running IS NOT NULL;
`;

/**
 * Jobs of other topics than the usual one stand in lines of their own: their column `priority` holds 16 times the number of the topic more. They are in a format that programs of older
 * versions leave alone. `takes` is JSON, and absent where such a program registered the worker.
 */
const topics = `
CREATE TABLE topics (
  number INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE
) STRICT;
ALTER TABLE workers ADD COLUMN takes TEXT;
`;

/**
 * What finds jobs. `changed` is the number of the batch that wrote the row last (absent: before there were numbers), `counts` how many jobs stand alike, as `waiting` has it
 * only of jobs without a worker, `labels` the JSON of a job's rows in the table of that name. A program that knows only older versions would write jobs without
 * counting them, so none may be beside this: none opens the file any more, and one that has it open already finds a column under another name with whatever it does. What only such programs used goes: `jobs_healthy` and `jobs_suspect`, and `jobs_finished`, which `jobs_ended` replaces.
 * For what a job waits that was stored before is told from what is known of it.
 */
const search = `
ALTER TABLE jobs RENAME COLUMN lost_recorded TO lost_told;
ALTER TABLE jobs ADD COLUMN changed INTEGER;
ALTER TABLE jobs ADD COLUMN waiting TEXT;
ALTER TABLE jobs ADD COLUMN labels TEXT;
DROP INDEX jobs_healthy;
DROP INDEX jobs_suspect;
DROP INDEX jobs_finished;
CREATE INDEX jobs_ended ON jobs (status, finished_at, id) WHERE finished_at IS NOT NULL AND ready_at IS NULL;
UPDATE jobs SET waiting = CASE
    WHEN status = 'paused' THEN 'paused'
    WHEN lost > 0 THEN 'worker_lost'
    WHEN status = 'pending' THEN 'start'
    WHEN ready_at < ${never} THEN CASE
      WHEN EXISTS (SELECT 1 FROM tasks WHERE job = seq AND run = jobs.run AND body ->> 'status' = 'awaiting') THEN 'time'
      ELSE 'retry' END
    WHEN EXISTS (SELECT 1 FROM offers WHERE job = seq) THEN 'external'
    WHEN EXISTS (SELECT 1 FROM tasks WHERE job = seq AND run = jobs.run AND body ->> 'status' = 'awaiting' AND body -> 'child' IS NOT NULL)
      THEN 'job'
    ELSE 'event' END
  WHERE ready_at IS NOT NULL;
CREATE INDEX jobs_waiting ON jobs (waiting, created_at, id) WHERE owner IS NULL AND waiting IS NOT NULL;
CREATE INDEX jobs_changed ON jobs (changed) WHERE changed IS NOT NULL;
INSERT OR IGNORE INTO meta (name, value) VALUES ('changed', 0);
CREATE TABLE labels (
  label TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  id TEXT NOT NULL,
  job INTEGER NOT NULL,
  PRIMARY KEY (label, created_at, id)
) STRICT, WITHOUT ROWID;
CREATE TABLE counts (
  workflow TEXT NOT NULL,
  status TEXT NOT NULL,
  waiting TEXT NOT NULL,
  jobs INTEGER NOT NULL,
  PRIMARY KEY (workflow, status, waiting)
) STRICT, WITHOUT ROWID;
INSERT INTO counts
  SELECT workflow, shown, CASE WHEN owner IS NULL THEN coalesce(waiting, '') ELSE '' END AS reason, count(*) FROM jobs
  GROUP BY workflow, shown, reason;
`;

export const migrations: readonly Migration[] = [
  { version: 1, readableFrom: 1, sql: first },
  { version: 2, readableFrom: 1, sql: placement },
  { version: 3, readableFrom: 1, sql: effects },
  { version: 4, readableFrom: 1, sql: order },
  { version: 5, readableFrom: 1, sql: topics },
  { version: 6, readableFrom: 6, sql: search },
];
