import { Catalog } from "../../src/jobs/catalog.ts";
import type { Deps, EphemeralSettings } from "../../src/jobs/deps.ts";
import { Delivery } from "../../src/jobs/effects/delivery.ts";
import { defaultLimits, type Limits, type Moment } from "../../src/model/decision/moment.ts";
import type { Workflow } from "../../src/model/workflow.ts";
import { InProcessNotifier } from "../../src/notifier/in-process.ts";
import { onTestFinished } from "./on-test-finished.ts";
import { freshPlace, openStoreAt, type StorePlace } from "./store/store-place.ts";
import { MemoryLog } from "./worker/memory-log.ts";

/** What the use cases work with, on a real store. */
export interface Embedded extends Deps {
  readonly place: StorePlace;
}

export interface EmbeddedOptions {
  /** Where a store is already, as for a second process; default: a new one, gone when the test is over. */
  readonly place?: StorePlace;
  readonly limits?: Partial<Limits>;
  /** Added to the clock, as a store's clock differs from a process's. Told what the machine's shows. */
  readonly clockOffsetMs?: (machineMs: number) => number;
  readonly ephemeral?: Partial<EphemeralSettings>;
  /** `false`: what jobs owe to others stays owed, as if the process died whenever it was about to do it. */
  readonly delivers?: false;
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
  const base = {
    store,
    notifier: new InProcessNotifier(),
    catalog,
    moment: (): Moment => {
      const machineMs = Date.now();
      return { nowMs: machineMs + offsetMs(machineMs), random: Math.random(), limits };
    },
    ephemeral: { keep: false, idempotencyWindowMs: 60_000, ...options.ephemeral },
  };
  if (options.delivers === false) return { ...base, place };
  const delivery = new Delivery(base, new MemoryLog());
  onTestFinished(() => delivery.settled());
  return { ...delivery.deps, place };
}

async function placeOfTest(): Promise<StorePlace> {
  const place = await freshPlace();
  onTestFinished(() => place[Symbol.asyncDispose]());
  return place;
}
