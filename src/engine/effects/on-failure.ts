import type { Change } from "../../model/decision/decision.ts";
import type { Moment } from "../../model/decision/moment.ts";
import { failureJobId } from "../../model/ids.ts";
import type { HistoryEntry } from "../../model/job/history.ts";
import { isFinal, type Job } from "../../model/job/job.ts";
import type { StartJob } from "../../model/job/outward/effect.ts";
import type { JsonObject } from "../../model/json.ts";
import type { Workflow } from "../../model/workflow.ts";
import { failureInput } from "./failure-input.ts";

/** Jobs in a row, each started for the failure of the one before: workflows that name each other have to end, too. */
const mostInARow = 3;

export type OnFailure =
  | { readonly kind: "start"; readonly effect: StartJob }
  | { readonly kind: "refused"; readonly told: HistoryEntry };

/** The job that is to be started because this one failed or timed out; undefined where none is. Its id is that of the run, so that it is there once. */
export function onFailure(
  { onFailure: workflow, secretParameters }: Workflow,
  job: Job,
  change: Change,
  id: number,
  moment: Moment,
): OnFailure | undefined {
  const { status, error, renewal } = change;
  const hasEnded = !isFinal(job.status) || renewal !== undefined;
  if (workflow === undefined || !hasEnded || (status !== "failed" && status !== "timed_out")) return undefined;
  const run = renewal?.run ?? job.run;
  const afterFailures = (job.afterFailures ?? 0) + 1;
  if (afterFailures > mostInARow) {
    const message = `Workflow ${workflow} is not started: ${mostInARow} jobs in a row were started for a failure, and failed. Do their workflows name each other in onFailure?`;
    return {
      kind: "refused",
      told: { at: moment.nowMs, type: "start_refused", run, error: { code: "too_deep", message } },
    };
  }
  const about = {
    job: job.id,
    workflow: job.workflow.name,
    version: renewal?.workflow.version ?? job.workflow.version,
    run,
    status,
  };
  const told = { about, error, input: withoutSecrets(job.input, secretParameters) };
  const input = failureInput(told, moment.limits.maxInputBytes);
  const start = { kind: "start_job", id, at: moment.nowMs, job: failureJobId(job.id, run) } as const;
  return { kind: "start", effect: { ...start, workflow, input, afterFailures } };
}

function withoutSecrets(input: JsonObject, secretParameters: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(input).filter(([name]) => !secretParameters.includes(name)));
}
