import type { Start } from "./evidence.ts";

/** Whether a start was acknowledged, and every job that it was acknowledged as is done. */
export function isDone({ acknowledged }: Start, done: ReadonlySet<string>): boolean {
  return acknowledged.length > 0 && acknowledged.every((id) => done.has(id));
}
