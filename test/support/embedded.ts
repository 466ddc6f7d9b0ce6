import { Catalog } from "../../src/jobs/catalog.ts";
import type { Deps } from "../../src/jobs/deps.ts";
import { defaultLimits, type Limits } from "../../src/model/decision/moment.ts";
import type { Workflow } from "../../src/model/workflow.ts";
import { InProcessNotifier } from "../../src/notifier/in-process.ts";
import type { SqliteStore } from "../../src/store/sqlite/sqlite-store.ts";
import { connect, temporaryPath } from "./store/sqlite-files.ts";

/** What the use cases work with, on a real file. */
export interface Embedded extends Deps {
  readonly store: SqliteStore;
  readonly path: string;
}

export interface EmbeddedOptions {
  /** A file that is there already; default: a new one, gone when the test is over. */
  readonly path?: string;
  readonly limits?: Partial<Limits>;
  /** Added to the clock, as a store's clock differs from a process's. */
  readonly clockOffsetMs?: () => number;
}

/** The parts of a process that has neither API nor worker, closed when the test is over. */
export async function embedded(workflows: readonly Workflow[], options: EmbeddedOptions = {}): Promise<Embedded> {
  const path = options.path ?? (await temporaryPath());
  const store = await connect(path, true);
  const catalog = new Catalog(store.definitions);
  await catalog.add(workflows.map((workflow) => ({ workflow, source: null })));
  const limits = { ...defaultLimits, ...options.limits };
  const offsetMs = options.clockOffsetMs ?? ((): number => 0);
  return {
    store,
    path,
    notifier: new InProcessNotifier(),
    catalog,
    moment: () => ({ nowMs: Date.now() + offsetMs(), random: Math.random(), limits }),
  };
}
