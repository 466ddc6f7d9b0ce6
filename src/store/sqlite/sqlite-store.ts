import type { Workflow } from "../../model/workflow.ts";
import type {
  Beat,
  BeatAnswer,
  DefinitionStore,
  Housekeeping,
  Store,
  StoredDefinition,
  StoreHealth,
  WorkerInfo,
  WorkerRow,
  WorkerStore,
} from "../store.ts";
import { machineClock } from "./database/machine-clock.ts";
import { fileIdentity } from "./file-identity.ts";
import { createPrivately, refuseNetworkFileSystem } from "./file-system.ts";
import { jobStore } from "./job-store.ts";
import type { PruneAsk } from "./protocol.ts";
import { ReadQueue } from "./read-queue.ts";
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

/** Jobs removed by one transaction: a few milliseconds. */
const prunedAtOnce = 50;

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
    expire: async (worker, beat, nowMs) => (await writes.write("expire", { worker, beat, nowMs })) ?? undefined,
    async surrender(worker): Promise<void> {
      await writes.write("surrender", worker);
    },
  };
}

function definitionStore(writes: WriteQueue, reads: ReadQueue): DefinitionStore {
  return {
    async put(definitions: readonly StoredDefinition[]): Promise<void> {
      const rows = definitions.map(({ workflow, source }) => {
        return [
          workflow.digest,
          workflow.name,
          workflow.version,
          JSON.stringify(workflow),
          JSON.stringify(source),
        ] as const;
      });
      await writes.write("define", rows);
    },
    async get(digest): Promise<Workflow | undefined> {
      const model = await reads.submit("definition", digest);
      return model === null ? undefined : (JSON.parse(model) as Workflow);
    },
    async version(name, version): Promise<Workflow | undefined> {
      const model = await reads.submit("definitionVersion", { name, version });
      return model === null ? undefined : (JSON.parse(model) as Workflow);
    },
    latest: async (): Promise<Workflow[]> =>
      (await reads.submit("definitions", null)).map((model) => JSON.parse(model) as Workflow),
  };
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
    prune: (ask) => prune(writes, ask),
    remove: (ask) => writes.write("remove", ask),
    async health(nowMs): Promise<StoreHealth> {
      const { waitingSince, liveWorkers } = await reads.submit("health", nowMs);
      const { writable } = writes;
      if (!writable) void probe();
      return { writable, waitingSince: waitingSince ?? undefined, liveWorkers };
    },
    clock: async (): Promise<number> => clock(), // all processes of a local file are on this machine
  };
}

async function prune(writes: WriteQueue, ask: PruneAsk): Promise<number> {
  let pruned = 0;
  while (pruned < ask.limit) {
    const limit = Math.min(prunedAtOnce, ask.limit - pruned);
    const removed = await writes.write("prune", { ...ask, limit });
    pruned += removed;
    if (removed < limit) break;
  }
  return pruned;
}
