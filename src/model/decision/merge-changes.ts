import { executionKey } from "../job/executions.ts";
import type { Change, Renewal } from "./decision.ts";

/** Two changes of one job, the second decided on the outcome of the first, as one: what several events of one moment cost is one commit. */
export function mergeChanges(first: Change, second: Change): Change {
  const earlier = second.renewal?.tasks === "replaced" ? [] : first.tasks;
  const tasks = new Map(earlier.map((task) => [executionKey(task), task]));
  const renewal = mergeRenewals(first.renewal, second.renewal);
  const effects = second.effects ?? first.effects;
  const offers = second.offers ?? first.offers;
  const labels = second.labels ?? first.labels;
  // What is told of a job after its end keeps nothing of it.
  const isKept = second.renewal !== undefined || second.status !== "completed";
  const removal = second.removal ?? (isKept ? undefined : first.removal);
  const extras = first.extras === undefined ? second.extras : { ...first.extras, ...second.extras };
  for (const task of second.tasks) tasks.set(executionKey(task), task);
  return {
    ...second,
    ...(renewal !== undefined && { renewal }),
    ...(effects !== undefined && { effects }),
    ...(offers !== undefined && { offers }),
    ...(labels !== undefined && { labels }),
    ...(extras !== undefined && { extras }),
    ...(removal !== undefined && { removal }),
    tasks: [...tasks.values()],
    lease: first.lease === "release" ? "release" : second.lease,
    history: [...first.history, ...second.history],
  };
}

function mergeRenewals(first: Renewal | undefined, second: Renewal | undefined): Renewal | undefined {
  if (first === undefined || second === undefined) return second ?? first;
  const format = second.format ?? first.format;
  const topic = second.topic ?? first.topic;
  return {
    ...second,
    ...(format !== undefined && { format }),
    ...(topic !== undefined && { topic }),
    tasks: first.tasks === "replaced" ? "replaced" : second.tasks,
  };
}
