import type { Roles } from "../processes/cpu.ts";
import type { Settings } from "../processes/site.ts";
import type { Children } from "../workloads/children.ts";
import type { Contender } from "../workloads/contender.ts";

export const storeNames = ["sqlite", "mongodb"] as const;

export type StoreName = (typeof storeNames)[number];

/** A store that the product is measured on. */
export interface MeasuredStore extends AsyncDisposable {
  readonly name: StoreName;
  /** Its own processes, where it has any. */
  readonly roles: Roles;
  empty(): Promise<EmptyStore>;
  /** What the work of a throughput round costs at least, on a store of its own. */
  startFloor(children: Children): Promise<Contender>;
  /** Present where hints pass through the store: the product then works without them, too. */
  readonly withoutBus?: Settings;
  /** How many operations the store has been asked for since it started, but for the asking; absent where nobody counts. */
  readonly operations?: () => Promise<number>;
}

/** A store with nothing in it, gone when disposed. */
export interface EmptyStore extends AsyncDisposable {
  readonly settings: Settings;
  /** Average size of what is kept as a job, bytes; absent where a job is not one document. */
  readonly bytesPerJob?: () => Promise<number>;
}
