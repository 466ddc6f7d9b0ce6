import type { CommitAnswer } from "../../store/store.ts";
import type { Deps } from "../deps.ts";

/** The same to decide with, and nothing of it is written or told to anybody: what an action refuses, it refuses, and what it would do is not done. */
export function withoutWriting({ delivery: _delivery, changes: _changes, ...deps }: Deps): Deps {
  const { store, notifier } = deps;
  return {
    ...deps,
    notifier: {
      address: notifier.address,
      healthy: notifier.healthy,
      publish: () => undefined,
      subscribe: () => () => undefined,
      close: () => Promise.resolve(),
    },
    store: {
      ...store,
      jobs: {
        ...store.jobs,
        commit: (commits) =>
          Promise.resolve(
            commits.map(({ expectedVersion }): CommitAnswer => ({ kind: "committed", version: expectedVersion + 1 })),
          ),
      },
      housekeeping: { ...store.housekeeping, remove: () => Promise.resolve(true) },
    },
  };
}
