import type { Moment } from "../model/decision/moment.ts";
import type { Notifier } from "../notifier/notifier.ts";
import type { Store } from "../store/store.ts";
import type { Catalog } from "./catalog.ts";
import type { LocalWorker } from "./local-worker.ts";

/** What the use cases work with. */
export interface Deps {
  readonly store: Store;
  readonly notifier: Notifier;
  readonly catalog: Catalog;
  /** Clock of the store, chance, limits. */
  moment(): Moment;
  /** The worker of this process, if it has one. */
  readonly localWorker?: LocalWorker;
}
