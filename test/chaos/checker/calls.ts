import type { Call } from "./evidence.ts";

export interface CallsByTask {
  /** In the order in which they were received. */
  of(marker: string, task: string): readonly Call[];
}

export function callsByTask(calls: readonly Call[]): CallsByTask {
  const inOrder = calls.toSorted((a, b) => a.receivedAtMs - b.receivedAtMs);
  const groups = Map.groupBy(inOrder, (call) => `${call.marker}/${call.task}`);
  return { of: (marker, task) => groups.get(`${marker}/${task}`) ?? [] };
}

/** The whole answer left the receiver, and it was not a refusal. */
export function succeeded(call: Call): boolean {
  return call.answeredAtMs !== undefined && call.status < 400;
}
