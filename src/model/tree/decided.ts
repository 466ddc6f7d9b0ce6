import type { ControlNode } from "../workflow.ts";

/** `type` of the executions that the engine decides by itself and in no time: they do not count as task executions of a job. */
const decided: readonly string[] = [
  "choice",
  "loop",
  "fan_out",
  "set_variable",
  "terminate",
] satisfies readonly ControlNode["kind"][];

export function isDecided({ type }: { readonly type: string }): boolean {
  return decided.includes(type);
}
