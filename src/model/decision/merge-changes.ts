import { executionKey } from "../job/evolve.ts";
import type { Change } from "./decision.ts";

/** Two changes of one job, the second decided on the outcome of the first, as one: what several events of one moment cost is one commit. */
export function mergeChanges(first: Change, second: Change): Change {
  const tasks = new Map(first.tasks.map((task) => [executionKey(task), task]));
  for (const task of second.tasks) tasks.set(executionKey(task), task);
  return {
    ...second,
    tasks: [...tasks.values()],
    lease: first.lease === "release" ? "release" : second.lease,
    history: [...first.history, ...second.history],
  };
}
