import type { Notifier } from "../../notifier/notifier.ts";
import type { Store } from "../../store/store.ts";

/** The store that is configured, and the hints that belong to it. */
export interface OpenedStore {
  readonly store: Store;
  /** For people: a file, or hosts and database; never a user or a password. */
  readonly shown: string;
  /** Whether several machines can be around it, so that jobs are given to workers of other processes with their start. */
  readonly fleet: boolean;
  /** Begins to send and to hear hints; called once. */
  openNotifier(): Notifier;
}
