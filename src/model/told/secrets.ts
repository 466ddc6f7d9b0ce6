import type { Job } from "../job/job.ts";
import { isJsonObject, type JsonValue } from "../json.ts";
import type { Workflow } from "../workflow.ts";

/**
 * Texts and numbers in inputs that must not be written anywhere: those that the definition names, and those whose names look secret, also inside of inputs (a job
 * that is started because another failed has the inputs of that one in one of its own).
 */
export function secretsOf(
  job: Job,
  workflow: Pick<Workflow, "secretParameters">,
  looksSecret: (name: string) => boolean,
): string[] {
  return secretTexts(job.input, (name) => workflow.secretParameters.includes(name) || looksSecret(name));
}

function secretTexts(value: JsonValue, isSecret: (name: string) => boolean): string[] {
  if (Array.isArray(value)) return value.flatMap((item: JsonValue) => secretTexts(item, isSecret));
  if (!isJsonObject(value)) return [];
  return Object.entries(value).flatMap(([name, member]) =>
    isSecret(name) ? textsIn(member) : secretTexts(member, isSecret),
  );
}

function textsIn(value: JsonValue): string[] {
  if (typeof value === "string") return value === "" ? [] : [value];
  if (typeof value === "number") return [JSON.stringify(value)];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(textsIn);
}
