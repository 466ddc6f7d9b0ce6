import type { Database } from "../database/database.ts";
import type { Reads, WriteKind, Writes } from "../protocol.ts";
import { type Claims, prepareClaims } from "./claim.ts";
import { prepareCommit } from "./commit.ts";
import { prepareDefinitions } from "./definitions.ts";
import { prepareInsert } from "./insert.ts";
import { prepareLabels } from "./job/labels.ts";
import { prepareOffers } from "./job/offers.ts";
import { prepareJobParts } from "./job/parts.ts";
import { prepareTally, type Tally } from "./job/tally.ts";
import { prepareTopics } from "./job/topics.ts";
import { prepareLists } from "./lists.ts";
import { prepareJobReader } from "./read-job.ts";
import { prepareRemoval } from "./removal.ts";
import { prepareFinding } from "./search/find.ts";
import { prepareFollowing } from "./search/follow.ts";
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
  /** What every batch of writes begins and ends with. */
  readonly tally: Tally;
}

/** Prepares everything that the store ever executes on its schema. */
export function prepareStatements(database: Pick<Database, "prepare" | "define">): Statements {
  const prepare = database.prepare.bind(database);
  const topics = prepareTopics(prepare);
  const reader = prepareJobReader(prepare, topics);
  const parts = prepareJobParts(prepare);
  const labels = prepareLabels(prepare);
  const tally = prepareTally(prepare);
  const workers = prepareWorkers(database, tally);
  const claims = prepareClaims(prepare, topics, reader, workers, tally);
  const definitions = prepareDefinitions(prepare);
  const removal = prepareRemoval(prepare, labels, tally);
  const offers = prepareOffers(prepare);
  const probe = prepare(
    "INSERT OR REPLACE INTO meta (name, value) VALUES ('probe', coalesce((SELECT value FROM meta WHERE name = 'probe'), 0) + 1)",
  );
  return {
    writes: {
      insert: prepareInsert(prepare, parts, workers, offers, topics, labels, tally),
      commit: prepareCommit(prepare, parts, reader, offers, topics, removal, labels, tally),
      claim: (ask) => claims.claim(ask),
      register: workers.register,
      beat: workers.beat,
      expire: workers.expire,
      surrender: workers.surrender,
      release: workers.release,
      define: (rows) => definitions.put(rows),
      defineNew: (row) => definitions.add(row),
      prune: (ask) => removal.prune(ask),
      forget: (ask) => removal.forget(ask),
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
      newestDefinition: (name) => definitions.newest(name),
      definitions: () => definitions.latest(),
      definitionSources: () => definitions.sources(),
      definitionMark: () => definitions.mark(),
      definitionVersions: (name) => definitions.versions(name),
      definitionSource: ({ name, version }) => definitions.source(name, version),
      definitionVersionCounts: () => definitions.versionCounts(),
      holding: () => workers.holding(),
      ...prepareFinding(prepare),
      ...prepareFollowing(prepare),
    },
    tally,
  };
}

function prepareReads(
  database: Pick<Database, "prepare">,
  claims: Claims,
  workers: WorkerStatements,
): Pick<ReadPerformers, "history" | "overdue" | "owing" | "workers" | "health" | "untaken" | "dataVersion"> {
  const lists = prepareLists(database.prepare.bind(database));
  const dataVersion = database.prepare("PRAGMA data_version");
  return {
    history: (ask) => lists.history(ask),
    overdue: (ask) => lists.overdue(ask),
    owing: (ask) => lists.owing(ask),
    workers: () => workers.list(),
    untaken: (ask) => claims.untaken(ask),
    health: (nowMs) => ({ waitingSince: claims.waitingSince(nowMs), liveWorkers: workers.list().length }),
    dataVersion: () => dataVersion.get<[number]>()?.[0] ?? 0,
  };
}
