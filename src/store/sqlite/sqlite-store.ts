import type { JsonValue } from "../../model/json.ts";
import type { Workflow } from "../../model/workflow.ts";
import { definitionTexts } from "../definition-texts.ts";
import type {
  Beat,
  BeatAnswer,
  DefinitionDocument,
  DefinitionStore,
  Housekeeping,
  Store,
  StoredDefinition,
  StoreHealth,
  UntakenJobs,
  WorkerInfo,
  WorkerRow,
  WorkerStore,
} from "../store.ts";
import { machineClock } from "./database/machine-clock.ts";
import { fileIdentity } from "./file-identity.ts";
import { createPrivately, refuseNetworkFileSystem } from "./file-system.ts";
import { jobStore } from "./job-store.ts";
import type { DefinitionRow } from "./protocol.ts";
import { ReadQueue } from "./read-queue.ts";
import { jobSearch } from "./search/job-search.ts";
import { ThreadClient } from "./thread-client.ts";
import { WriteQueue } from "./write-queue.ts";

export interface SqliteOptions {
  /** The database file; created if it is not there, its folder is not. */
  readonly path: string;
  /** Whether an older schema is brought to the newest version. */
  readonly migrate: boolean;
}

export interface SqliteStore extends Store {
  /** A number that changes when another connection, of any process, has written to the file. */
  dataVersion(): Promise<number>;
}

/** Jobs, and tombstones, removed by one transaction: a few milliseconds. */
const prunedAtOnce = 50;
const forgottenAtOnce = 500;

/** Opens a store in a file, with a thread of its own. Throws `StartError` (exit code 3), which names the file. */
export async function openSqliteStore({ path, migrate }: SqliteOptions): Promise<SqliteStore> {
  refuseNetworkFileSystem(path);
  createPrivately(path);
  const thread = await ThreadClient.start({ path, migrate });
  const mustBeInPlace = fileIdentity(path);
  const writes = new WriteQueue(async (batch) => {
    const results = await thread.write(batch);
    mustBeInPlace(); // after the write and before the answers: what went into a removed file is not acknowledged
    return results;
  });
  const reads = new ReadQueue((batch) => thread.read(batch));
  const clock = machineClock();
  return {
    jobs: jobStore(writes, reads),
    search: jobSearch(reads),
    workers: workerStore(writes, reads, clock),
    definitions: definitionStore(writes, reads),
    housekeeping: housekeeping(writes, reads, clock),
    dataVersion: () => reads.submit("dataVersion", null),
    async close(): Promise<void> {
      reads.close();
      await writes.close();
      await thread.close();
    },
  };
}

function workerStore(writes: WriteQueue, reads: ReadQueue, clock: () => number): WorkerStore {
  return {
    async register(info: WorkerInfo): Promise<void> {
      await writes.write("register", info);
    },
    async beat(beat: Beat): Promise<BeatAnswer> {
      const answer = await writes.write("beat", beat);
      return answer === "expired" ? { kind: "expired" } : { kind: "alive", nowMs: clock(), ...answer };
    },
    list: async (): Promise<WorkerRow[]> => [...(await reads.submit("workers", null))],
    holding: async () => new Map(await reads.submit("holding", null)),
    expire: async (worker, beat, nowMs) => (await writes.write("expire", { worker, beat, nowMs })) ?? undefined,
    async surrender(worker): Promise<void> {
      await writes.write("surrender", worker);
    },
  };
}

function definitionStore(writes: WriteQueue, reads: ReadQueue): DefinitionStore {
  return {
    async put(definitions): Promise<void> {
      await writes.write("define", definitions.map(rowOf));
    },
    add: async (definition) => writes.write("defineNew", rowOf(definition)),
    async get(digest): Promise<Workflow | undefined> {
      return modelOf(await reads.submit("definition", digest));
    },
    async version(name, version): Promise<Workflow | undefined> {
      return modelOf(await reads.submit("definitionVersion", { name, version }));
    },
    async newest(name): Promise<Workflow | undefined> {
      return modelOf(await reads.submit("newestDefinition", name));
    },
    latest: async (): Promise<Workflow[]> =>
      (await reads.submit("definitions", null)).map((model) => JSON.parse(model) as Workflow),
    documents: async (): Promise<DefinitionDocument[]> =>
      (await reads.submit("definitionSources", null)).map(([name, version, source]) => {
        return { name, version, source: JSON.parse(source) as JsonValue };
      }),
    versions: async (name) => [...(await reads.submit("definitionVersions", name))],
    async document(name, version): Promise<DefinitionDocument | undefined> {
      const source = await reads.submit("definitionSource", { name, version });
      return source === null ? undefined : { name, version, source: JSON.parse(source) as JsonValue };
    },
    versionCounts: async () => new Map(await reads.submit("definitionVersionCounts", null)),
    mark: () => reads.submit("definitionMark", null),
  };
}

/** Throws invalid_definition where it is too large. */
function rowOf(definition: StoredDefinition): DefinitionRow {
  const { digest, name, version } = definition.workflow;
  const { model, source } = definitionTexts(definition);
  return [digest, name, version, model, source];
}

function modelOf(model: string | null): Workflow | undefined {
  return model === null ? undefined : (JSON.parse(model) as Workflow);
}

function housekeeping(writes: WriteQueue, reads: ReadQueue, clock: () => number): Housekeeping {
  let probing = false;
  /** Nobody else may write while the store is told to be sick: find out whether it still is. */
  const probe = async (): Promise<void> => {
    if (probing) return;
    probing = true;
    try {
      await writes.write("probe", null);
    } catch {
      // Still sick: `writable` says so.
    } finally {
      probing = false;
    }
  };

  return {
    prune: (ask) => inPieces(ask.limit, prunedAtOnce, (limit) => writes.write("prune", { ...ask, limit })),
    forgetKeys: (nowMs, limit) =>
      inPieces(limit, forgottenAtOnce, (most) => writes.write("forget", { nowMs, limit: most })),
    remove: (ask) => writes.write("remove", ask),
    async health(nowMs): Promise<StoreHealth> {
      const { waitingSince, liveWorkers } = await reads.submit("health", nowMs);
      const { writable } = writes;
      if (!writable) void probe();
      return { writable, waitingSince: waitingSince ?? undefined, liveWorkers };
    },
    untaken: async (ask): Promise<UntakenJobs[]> => [...(await reads.submit("untaken", ask))],
    clock: async (): Promise<number> => clock(), // all processes of a local file are on this machine
  };
}

async function inPieces(limit: number, atOnce: number, work: (limit: number) => Promise<number>): Promise<number> {
  let done = 0;
  while (done < limit) {
    const wanted = Math.min(atOnce, limit - done);
    const removed = await work(wanted);
    done += removed;
    if (removed < wanted) break;
  }
  return done;
}
