import type { Database } from "../database/database.ts";
import type { Reads, WriteKind, Writes } from "../protocol.ts";
import { type Claims, prepareClaims } from "./claim.ts";
import { prepareCommit } from "./commit.ts";
import { prepareDefinitions } from "./definitions.ts";
import { prepareInsert } from "./insert.ts";
import { prepareJobParts } from "./job-parts.ts";
import { prepareLists } from "./lists.ts";
import { prepareOffers } from "./offers.ts";
import { prepareJobReader } from "./read-job.ts";
import { prepareRemoval } from "./removal.ts";
import { prepareWorkers, type WorkerStatements } from "./workers.ts";

/** A write whose members fail one by one has a function for a member, every other one for the whole ask. */
export type WritePerformers = {
  readonly [K in Exclude<WriteKind, "insert" | "commit">]: (ask: Writes[K]["ask"]) => Writes[K]["answer"];
} & {
  readonly insert: (row: Writes["insert"]["ask"][number]) => Writes["insert"]["answer"][number];
  readonly commit: (row: Writes["commit"]["ask"][number]) => Writes["commit"]["answer"][number];
};

export type ReadPerformers = {
  readonly [K in keyof Reads]: (ask: Reads[K]["ask"]) => Reads[K]["answer"];
};

export interface Statements {
  readonly writes: WritePerformers;
  readonly reads: ReadPerformers;
}

/** Prepares everything that the store ever executes on its schema. */
export function prepareStatements(database: Pick<Database, "prepare" | "define">): Statements {
  const prepare = database.prepare.bind(database);
  const reader = prepareJobReader(prepare);
  const parts = prepareJobParts(prepare);
  const workers = prepareWorkers(database);
  const claims = prepareClaims(prepare, reader, workers);
  const definitions = prepareDefinitions(prepare);
  const removal = prepareRemoval(prepare);
  const offers = prepareOffers(prepare);
  const probe = prepare(
    "INSERT OR REPLACE INTO meta (name, value) VALUES ('probe', coalesce((SELECT value FROM meta WHERE name = 'probe'), 0) + 1)",
  );
  return {
    writes: {
      insert: prepareInsert(prepare, parts, workers, offers),
      commit: prepareCommit(prepare, parts, reader, offers),
      claim: (ask) => claims.claim(ask),
      register: workers.register,
      beat: workers.beat,
      expire: workers.expire,
      surrender: workers.surrender,
      release: workers.release,
      define: (rows) => definitions.put(rows),
      prune: (ask) => removal.prune(ask),
      remove: (ask) => removal.remove(ask),
      probe() {
        probe.run();
        return null;
      },
    },
    reads: {
      ...prepareReads(database, claims, workers),
      job: (id) => reader.byId(id) ?? null,
      assigned: (ask) => reader.assigned(ask),
      offered: (ask) => offers.offered(ask),
      definition: (digest) => definitions.get(digest),
      definitionVersion: ({ name, version }) => definitions.version(name, version),
      definitions: () => definitions.latest(),
    },
  };
}

function prepareReads(
  database: Pick<Database, "prepare">,
  claims: Claims,
  workers: WorkerStatements,
): Omit<ReadPerformers, "job" | "assigned" | "offered" | "definition" | "definitionVersion" | "definitions"> {
  const lists = prepareLists(database.prepare.bind(database));
  const dataVersion = database.prepare("PRAGMA data_version");
  return {
    list: (query) => lists.list(query),
    history: (id) => lists.history(id),
    overdue: (ask) => lists.overdue(ask),
    owing: (ask) => lists.owing(ask),
    workers: () => workers.list(),
    health: (nowMs) => ({ waitingSince: claims.waitingSince(nowMs), liveWorkers: workers.list().length }),
    dataVersion: () => dataVersion.get<[number]>()?.[0] ?? 0,
  };
}
