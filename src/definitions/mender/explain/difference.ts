import type { JsonPointer } from "../../../model/json.ts";

/** What a definition can rely on that is otherwise here than in Mender's service. Each is a heading of `docs/guides/coming-from-mender.md`. */
export const differenceRules = [
  "time-outs",
  "retries",
  "go-templates",
  "one-pass",
  "environment",
  "values-in-uris",
  "url-encoding",
  "values-in-json",
  "values-in-html",
  "missing-values",
  "results-in-json",
  "methods",
  "hosts",
  "link-local-addresses",
  "redirects",
  "commands",
  "subjects",
  "recipients",
  "files-of-mails",
  "topics",
  "ephemeral-workflows",
  "reserved-names",
  "versions",
] as const;

export type DifferenceRule = (typeof differenceRules)[number];

/** One place of a definition that may do something else here. */
export interface Difference {
  readonly at: JsonPointer;
  readonly rule: DifferenceRule;
  /** What is otherwise. */
  readonly differs: string;
  /** What to do about it, or when nothing has to be done. */
  readonly advice: string;
}
