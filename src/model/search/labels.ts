import { createHash } from "node:crypto";
import type { JsonValue } from "../json.ts";

/** By what a job can be found beside its own fields: `error:CODE`, `target:ORIGIN`, `input:NAME=VALUE`. */
export type Label = string;

/** Of one job, so that no index grows without bound; of more targets and codes the first ones count. */
export const maxLabels = 24;

/** Input parameters that a definition may name as searchable. */
export const maxSearchable = 4;

/** A longer value stands in the label as its digest: it is found as a whole, like any other. */
const longestValue = 200;

/** The code of the failure by which the job, or one of its tasks, failed last. */
export function errorLabel(code: string): Label {
  return `error:${code}`;
}

/** Whom an attempt of the job called, as its kind tells it: `TaskKind.target`. */
export function targetLabel(target: string): Label {
  return `target:${target}`;
}

/** Undefined for what cannot be looked for: lists and objects. Numbers, booleans and `null` are as in JSON, so that `3` finds both 3 and "3". */
export function inputLabel(name: string, value: JsonValue): Label | undefined {
  if (typeof value === "object" && value !== null) return undefined;
  const text = String(value);
  const short = text.length <= longestValue ? text : `sha256:${createHash("sha256").update(text).digest("hex")}`;
  return `input:${name}=${short}`;
}

export function isInputLabel(label: Label): boolean {
  return label.startsWith("input:");
}
