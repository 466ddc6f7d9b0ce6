import { newestFormat } from "../../../model/job/format.ts";
import { defaultPriority } from "../../../model/job/priority.ts";
import type { AssignedAsk } from "../../store.ts";
import type { Prepare } from "../database/database.ts";
import {
  type OrderColumns,
  type RareColumns,
  type StoredColumns,
  type StoredJob,
  summaryColumns,
} from "../protocol.ts";
import type { Topics } from "./job/topics.ts";

type JobRow = readonly [
  seq: number,
  run: number,
  ...RareColumns,
  line: number,
  maxRunning: OrderColumns[1],
  labels: string | null,
  ...StoredColumns,
];

const columns = `seq, run, parent, effects, extras, priority, max_running, labels, ${summaryColumns}, body_digest, input`;

/** What a commit leaves that takes all labels away. */
const noLabels = "[]";

/** Jobs that one ask answers at most. */
const mostAssigned = 1000;

export interface JobReader {
  byId(id: string): StoredJob | undefined;
  bySeq(seq: number): StoredJob | undefined;
  /** Those that carry a worker's lease. */
  assigned(ask: AssignedAsk): StoredJob[];
}

/** With a format that this program knows: else the job is for newer ones. */
function isFor(worker: string, job: StoredColumns): boolean {
  return job[10] === worker && job[1] <= newestFormat;
}

/** Reads whole jobs. */
export function prepareJobReader(prepare: Prepare, topics: Topics): JobReader {
  const jobById = prepare(`SELECT ${columns} FROM jobs WHERE id = ?`);
  const jobBySeq = prepare(`SELECT ${columns} FROM jobs WHERE seq = ?`);
  const largeInput = prepare("SELECT body FROM inputs WHERE job = ?");
  const tasks = prepare("SELECT position, body FROM tasks WHERE job = ? AND run = ?");

  const owned = prepare("SELECT seq, id FROM jobs WHERE owner = ?");

  function whole(row: JobRow | undefined): StoredJob | undefined {
    if (row === undefined) return undefined;
    const [seq, run, parent, effects, extras, line, maxRunning, labels, ...rest] = row;
    const isPlain = parent === null && effects === null && extras === null;
    const isUsual = line === defaultPriority && maxRunning === null;
    const rows = tasks.all<[number, string]>(seq, run);
    if (rows.length > 1) rows.sort((a, b) => a[0] - b[0]);
    return {
      columns: withInput(seq, rest),
      tasks: rows.map(([, body]) => body),
      ...(!isPlain && { rare: [parent, effects, extras] }),
      ...(!isUsual && { order: orderOf(line, maxRunning) }),
      ...(labels !== null && labels !== noLabels && { labels }),
    };
  }

  function orderOf(line: number, maxRunning: number | null): OrderColumns {
    const { priority, topic } = topics.placeOf(line);
    return [priority, maxRunning, topic];
  }

  /** A long one stands apart. */
  function withInput(seq: number, job: StoredColumns): StoredColumns {
    if (job[21] !== null) return job;
    const input = largeInput.get<[string]>(seq)?.[0] ?? null;
    return [...job.slice(0, 21), input] as unknown as StoredColumns;
  }

  const byId = (id: string): StoredJob | undefined => whole(jobById.get<JobRow>(id));
  const bySeq = (seq: number): StoredJob | undefined => whole(jobBySeq.get<JobRow>(seq));

  function unknownTo(worker: string, except: readonly string[]): number[] {
    const known = new Set(except);
    const rows = owned.all<[seq: number, id: string]>(worker).filter(([, id]) => !known.has(id));
    return rows.slice(0, mostAssigned).map(([seq]) => seq);
  }

  return {
    byId,
    bySeq,
    assigned(ask) {
      const found =
        "only" in ask ? ask.only.slice(0, mostAssigned).map(byId) : unknownTo(ask.worker, ask.except).map(bySeq);
      return found.flatMap((job) => (job !== undefined && isFor(ask.worker, job.columns) ? [job] : []));
    },
  };
}
