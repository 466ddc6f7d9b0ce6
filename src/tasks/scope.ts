import type { Job } from "../model/job/job.ts";
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
