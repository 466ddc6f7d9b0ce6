import type { Collection, Db } from "mongodb";
import type { WorkerId } from "../../model/ids.ts";
import type { WorkerRow } from "../store.ts";
import { Tally } from "./counts/tally.ts";
import type { TallyDocument, WholeDocument } from "./counts/tally-document.ts";
import type { JobDocument } from "./documents/stored-job.ts";
import type { Payload } from "./documents/text.ts";

/** The original's name for the collection that holds the truth. */
const names = {
  jobs: "jobs_status",
  payloads: "payloads",
  workers: "workers",
  definitions: "definitions",
  schema: "schema",
  permits: "permits",
  tallies: "job_counts",
} as const;

/** A worker's row; its `beat` is negative once its end has begun. */
export interface WorkerDocument extends Omit<WorkerRow, "id" | "ended"> {
  readonly _id: WorkerId;
  /** When it beat last, by the server's clock; absent before its first beat. */
  readonly seenAt?: Date;
}

export interface DefinitionDocument {
  /** The digest. */
  readonly _id: string;
  readonly name: string;
  readonly version: number;
  /** Order in which they were stored. */
  readonly seq: number;
  readonly model: string;
  readonly source: string;
  /** Of one that was added where there was none of its name and version: the token of the process that added it. No two of one name and version have it. */
  readonly added?: string;
}

/** That a job may be with a worker, of a workflow that may have only so many; see `claims/permits.ts`. */
export interface Permit {
  readonly job: string;
  /** That the job has until a worker takes it. */
  readonly version: number;
  /** Of the claim that asked. */
  readonly token: string;
  /** When it was given, epoch ms. */
  readonly at: number;
}

/** The permits of one workflow, whose name is the id. */
export interface PermitsDocument {
  readonly _id: string;
  readonly rev: number;
  readonly permits: readonly Permit[];
}

/** Single values that the product keeps: the schema's version, how far payloads were swept. */
export interface SchemaDocument {
  readonly _id: string;
  readonly version?: number;
  readonly readableFrom?: number;
  readonly sweptUntil?: Date;
}

export interface Collections {
  readonly db: Db;
  readonly names: typeof names;
  readonly jobs: Collection<JobDocument>;
  readonly payloads: Collection<Payload & { readonly at: Date }>;
  readonly workers: Collection<WorkerDocument>;
  readonly definitions: Collection<DefinitionDocument>;
  readonly schema: Collection<SchemaDocument>;
  readonly permits: Collection<PermitsDocument>;
  readonly tallies: Collection<TallyDocument>;
  readonly whole: Collection<WholeDocument>;
  /** What this process changes of the counts of jobs. */
  readonly tally: Tally;
}

export function collectionsOf(db: Db): Collections {
  const tallies = db.collection<TallyDocument>(names.tallies);
  return {
    db,
    names,
    // Drivers wrote its texts; to check again that they are UTF-8 takes a third of the time of reading a job.
    jobs: db.collection(names.jobs, { enableUtf8Validation: false }),
    payloads: db.collection(names.payloads),
    workers: db.collection(names.workers),
    definitions: db.collection(names.definitions),
    schema: db.collection(names.schema),
    permits: db.collection(names.permits),
    tallies,
    whole: db.collection(names.tallies),
    tally: new Tally(tallies),
  };
}
