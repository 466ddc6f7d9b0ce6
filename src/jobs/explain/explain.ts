import type { JobId } from "../../model/ids.ts";
import { visibleStatus } from "../../model/job/job.ts";
import type { Deps } from "../deps.ts";
import { adviceOf } from "./advice.ts";
import { explainTasks } from "./attempts/attempts.ts";
import type { Explanation } from "./explanation.ts";
import { type Facts, factsOf } from "./facts.ts";
import { summaryOf } from "./summary.ts";
import { explainWaiting } from "./waiting/waiting.ts";

/** What is happening to a job, why, and what can be done. Throws job_not_found. */
export async function explainJob(deps: Deps, id: JobId): Promise<Explanation> {
  return explain(await factsOf(deps, id));
}

/** The same, of facts: what is not recorded is not told, or told to be unknown. */
export function explain(facts: Facts): Explanation {
  const { job, model, history, nowMs } = facts;
  const tasks = explainTasks(job, model, history, nowMs);
  const waiting = explainWaiting(facts);
  return {
    id: job.id,
    state: visibleStatus(job),
    summary: summaryOf(facts, tasks, waiting),
    ...(waiting !== undefined && { waiting }),
    tasks,
    advice: adviceOf(facts, tasks, waiting),
  };
}
