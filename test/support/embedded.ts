import { onTestFinished } from "vitest";
import { Catalog } from "../../src/jobs/catalog.ts";
import type { Deps } from "../../src/jobs/deps.ts";
import { defaultLimits, type Limits } from "../../src/model/decision/moment.ts";
import type { Workflow } from "../../src/model/workflow.ts";
import { InProcessNotifier } from "../../src/notifier/in-process.ts";
import { freshPlace, openStoreAt, type StorePlace } from "./store/store-place.ts";

/** What the use cases work with, on a real store. */
export interface Embedded extends Deps {
  readonly place: StorePlace;
}

export interface EmbeddedOptions {
  /** Where a store is already, as for a second process; default: a new one, gone when the test is over. */
  readonly place?: StorePlace;
  readonly limits?: Partial<Limits>;
  /** Added to the clock, as a store's clock differs from a process's. */
  readonly clockOffsetMs?: () => number;
}

/**
 * The parts of a process that has neither API nor worker, closed when the test is over. Hints reach this process only:
 * what several of them see of each other they see in the store.
 */
export async function embedded(workflows: readonly Workflow[], options: EmbeddedOptions = {}): Promise<Embedded> {
  const place = options.place ?? (await placeOfTest());
  const store = await openStoreAt(place);
  onTestFinished(() => store.close());
  const catalog = new Catalog(store.definitions);
  await catalog.add(workflows.map((workflow) => ({ workflow, source: null })));
  const limits = { ...defaultLimits, ...options.limits };
  const offsetMs = options.clockOffsetMs ?? ((): number => 0);
  return {
    store,
    place,
    notifier: new InProcessNotifier(),
    catalog,
    moment: () => ({ nowMs: Date.now() + offsetMs(), random: Math.random(), limits }),
  };
}

async function placeOfTest(): Promise<StorePlace> {
  const place = await freshPlace();
  onTestFinished(() => place[Symbol.asyncDispose]());
  return place;
}
