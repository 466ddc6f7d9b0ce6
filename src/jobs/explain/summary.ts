import { endingOf } from "../../model/job/extras.ts";
import type { HistoryEntry } from "../../model/job/history.ts";
import { isFinal, ranElsewhere, visibleStatus } from "../../model/job/job.ts";
import { isDecided } from "../../model/tree/decided.ts";
import type { ExplainedTask, Waiting } from "./explanation.ts";
import type { Facts } from "./facts.ts";
import { lossText } from "./lost-worker.ts";
import { underWayText } from "./under-way.ts";
import { askedText, countText, durationText, failureText, nameText, timeText } from "./words.ts";

/** How the job stands, in a few sentences. */
export function summaryOf(facts: Facts, tasks: readonly ExplainedTask[], waiting: Waiting | undefined): string {
  const { job } = facts;
  if (job.readOnly === true) return `Another program runs it, or ran it: its database says that it is ${job.status}.`;
  if (ranElsewhere(job)) return `Another program ran it, from which it was imported: it ${endText(facts, tasks)}.`;
  const lacks = lacksText(facts);
  if (isFinal(job.status)) return `It ${endText(facts, tasks)}${madeOf(tasks)}.${lacks}`;
  const loss = lossText(facts);
  const before = loss === undefined ? undoing(facts) : `${undoing(facts)}${loss}. `;
  return `${before}${waiting === undefined ? atWork(facts, tasks) : waiting.text}.${lacks}`;
}

/** Why it cannot go on, whatever it waits for. */
function lacksText({ job, model }: Facts): string {
  if (job.damage !== undefined) return ` The store has lost a part of it: ${job.damage}.`;
  if (model !== undefined) return "";
  const { name, version } = job.workflow;
  return ` The definition by which it ran, workflow ${name} version ${version}, is gone from the store.`;
}

/** What it undoes before it ends, and as what. */
function undoing({ job }: Facts): string {
  const ending = endingOf(job);
  if (ending === undefined) return "";
  const cause = job.error === undefined ? "" : ` because of: ${failureText(job.error)}`;
  return `It is undoing what it did, and is ${ending} after that${cause}. `;
}

function atWork(facts: Facts, tasks: readonly ExplainedTask[]): string {
  const { job } = facts;
  const open = tasks.filter((task) => isAtWork(task));
  const named = open.slice(0, 3);
  const names = named.map(nameText).join(", ");
  const more = open.length > 3 ? ` and ${open.length - 3} more` : "";
  const what = open.length === 0 ? `is ${visibleStatus(job)}` : `is at ${names}${more}`;
  const left = job.tasks.some(({ status, processGroups }) => status === "scheduled" && processGroups !== undefined)
    ? "; it begins nothing before processes are gone that an earlier attempt may have left on its machine"
    : "";
  if (job.lease === undefined) return `It ${what}`;
  const underWay = left === "" ? named.flatMap((task) => underWayText(facts, task) ?? []) : [];
  return [`It ${what}, with worker ${job.lease.worker}${left}`, ...underWay].join(". ");
}

function isAtWork({ attempts }: ExplainedTask): boolean {
  const outcome = attempts.at(-1)?.outcome;
  return outcome === "due" || outcome === "running";
}

function endText(facts: Facts, tasks: readonly ExplainedTask[]): string {
  const { job, history } = facts;
  const { status, error, finishedAt } = job;
  const at = finishedAt === undefined || ranElsewhere(job) ? "" : ` at ${timeText(finishedAt)}`;
  const because = error === undefined ? "" : `: ${failureText(error)}`;
  switch (status) {
    case "completed":
      return `completed${at}${tookText(facts)}`;
    case "failed":
      return `failed${failedIn(tasks)}${at}${because}`;
    case "timed_out":
      return `timed out${at}${because}`;
    case "terminated": {
      const entry = history.findLast(
        ({ type, by }: HistoryEntry) => (type === "job_terminated" || type === "job_undoing") && by !== undefined,
      );
      return entry === undefined ? `was ended${at}${because}` : `was cancelled${at} by ${askedText(entry)}`;
    }
    default:
      return `is ${status}`;
  }
}

/** The tasks by which it failed; those around them that the engine decides failed with them. */
function failedIn(tasks: readonly ExplainedTask[]): string {
  const failed = tasks.filter((task) => task.state === "failed" && !isDecided(task));
  const more = failed.length > 3 ? ` and ${failed.length - 3} more` : "";
  return failed.length === 0 ? "" : ` in ${failed.slice(0, 3).map(nameText).join(", ")}${more}`;
}

function tookText({ job }: Facts): string {
  return job.finishedAt === undefined || job.startedAt === undefined
    ? ""
    : `, ${durationText(job.finishedAt - job.startedAt)} after its first attempt began`;
}

function madeOf(tasks: readonly ExplainedTask[]): string {
  const made = tasks.reduce((sum, { attempts }) => sum + attempts.length, 0);
  if (made === 0) return "";
  const again = tasks.filter(({ attempts }) => attempts.some(({ calledAgain }) => calledAgain)).length;
  const twice = again === 0 ? "" : `, of ${countText(again, "task")} of which a call may have been made more than once`;
  return `; ${countText(tasks.length, "task")}, ${countText(made, "attempt")}${twice}`;
}
