import type { Job } from "../model/job/job.ts";
import type { JsonValue } from "../model/json.ts";
import type { Workflow } from "../model/workflow.ts";

/** Texts and numbers in inputs that must not be written anywhere: those that the definition names, and those whose names look secret. */
export function secretsOf(
  job: Job,
  workflow: Pick<Workflow, "secretParameters">,
  looksSecret: (name: string) => boolean,
): string[] {
  const secrets = Object.entries(job.input).filter(
    ([name]) => workflow.secretParameters.includes(name) || looksSecret(name),
  );
  return secrets.flatMap(([, value]) => textsIn(value));
}

function textsIn(value: JsonValue): string[] {
  if (typeof value === "string") return value === "" ? [] : [value];
  if (typeof value === "number") return [JSON.stringify(value)];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(textsIn);
}
