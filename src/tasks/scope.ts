import type { Job } from "../model/job/job.ts";
import type { JsonValue } from "../model/json.ts";
import type { Workflow } from "../model/workflow.ts";
import type { Scope } from "../template/template.ts";

/** What templates of a job's tasks see: its inputs, the responses of tasks that ended, allowed environment variables as they are now. */
export function scopeOf(
  job: Job,
  envAllowed: (name: string) => boolean,
  environment: Readonly<Record<string, string | undefined>>,
): Scope {
  return {
    input: job.input,
    env: (name) => (envAllowed(name) ? environment[name] : undefined),
    response: (task) =>
      job.tasks.findLast((execution) => execution.name === task && execution.result?.response !== undefined)?.result
        ?.response,
  };
}

/** Texts of inputs that must not be written anywhere: those that the definition names, and those whose names look secret. */
export function secretsOf(job: Job, workflow: Workflow, looksSecret: (name: string) => boolean): string[] {
  const secrets = Object.entries(job.input).filter(
    ([name]) => workflow.secretParameters.includes(name) || looksSecret(name),
  );
  return secrets.flatMap(([, value]) => textsIn(value));
}

function textsIn(value: JsonValue): string[] {
  if (typeof value === "string") return value === "" ? [] : [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(textsIn);
}
