import type { Job } from "../job/job.ts";
import { masked, nameMatcher, textHider } from "../redaction.ts";
import type { Workflow } from "../workflow.ts";
import { secretsOf } from "./secrets.ts";

/** What must not be written, beside the inputs that a definition names. */
export interface Secrets {
  /** Inputs of such names; `*` stands for any characters. */
  readonly names: readonly string[];
  /** These values, as of this process's environment. */
  readonly values: readonly string[];
}

export const noSecrets: Secrets = { names: [], values: [] };

/** Hides in a text what the job and this process know of secrets; all of it, where the inputs that tell them may be gone. */
export function hiderFor(
  job: Job,
  workflow: Pick<Workflow, "secretParameters">,
  { names, values }: Secrets,
): (text: string) => string {
  if (job.damage !== undefined) return () => masked;
  return textHider([...secretsOf(job, workflow, nameMatcher(names)), ...values]);
}
