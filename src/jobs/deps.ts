import type { Moment } from "../model/decision/moment.ts";
import type { Notifier } from "../notifier/notifier.ts";
import type { Store } from "../store/store.ts";
import type { Catalog } from "./catalog.ts";
import type { Placement } from "./placement/placement.ts";

/** What the use cases work with. */
export interface Deps {
  readonly store: Store;
  readonly notifier: Notifier;
  readonly catalog: Catalog;
  /** Clock of the store, chance, limits. */
  moment(): Moment;
  /** Where new jobs may go at once, if anywhere. */
  readonly placement?: Placement;
}
