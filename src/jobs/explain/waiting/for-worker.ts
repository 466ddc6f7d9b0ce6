import type { TaskExecution } from "../../../model/job/task-execution.ts";
import type { WaitingReason } from "../../../model/search/waiting.ts";
import { defaultTopic, takes, takesByDefault } from "../../../model/takes.ts";
import type { WorkerRow } from "../../../store/store.ts";
import { suspectFrom } from "../../../store/suspects.ts";
import type { Waiting, WorkerCause } from "../explanation.ts";
import type { Facts, SiteFacts } from "../facts.ts";
import { countText, durationText, nameText, untilText } from "../words.ts";

/** Why no worker has a job that is due, as its site stands now. */
export function waitsForWorker(facts: Facts): Waiting {
  const { job, site, nowMs } = facts;
  const since = job.readyAt === undefined ? "" : `It has been due for ${durationText(nowMs - job.readyAt)}`;
  if (site === undefined) return { reason: "worker", text: since };
  const { cause, text } = causeOf(facts, site);
  const others = site.waiting - (job.waiting === "worker" ? 1 : 0);
  const queue =
    others <= 0
      ? ""
      : `; at least ${countText(others, "other job")} of its workflow ${others === 1 ? "waits" : "wait"} for a worker too`;
  return { reason: "worker", cause, text: `${since}: ${text}${queue}` };
}

/** Reasons that a job keeps which a worker took when it was due, and gave back before anything of it was begun. */
const kept: readonly WaitingReason[] = ["worker", "start", "retry"];

/** Whether a worker had the job and put it off: the job is due later than its tasks are. */
export function isGivenBack({ job, nowMs }: Facts, reason: WaitingReason): boolean {
  const { readyAt = 0, tasks } = job;
  return kept.includes(reason) && readyAt > nowMs && (reason === "worker" || tasks.some((task) => isDue(task, nowMs)));
}

/** Why a worker gave the job back, and when it comes back. */
export function givenBack({ job, nowMs }: Facts, reason: WaitingReason, until: number): Waiting {
  const due = job.tasks.find((task) => isDue(task, nowMs));
  const what = due === undefined ? "its next call" : nameText(due);
  const target = due?.target === undefined ? "the target" : `the target ${due.target}`;
  return {
    reason,
    cause: "crowded",
    until,
    text: `A worker gave it back, because ${target} of ${what} had all the slots there that one target may have, and many waited for them: a worker takes it again at ${untilText(until, nowMs)}`,
  };
}

function isDue({ status, readyAt = 0 }: TaskExecution, nowMs: number): boolean {
  return status === "scheduled" && readyAt <= nowMs;
}

function causeOf({ job }: Facts, { workers, held }: SiteFacts): { cause: WorkerCause; text: string } {
  if (workers.length === 0) return { cause: "no_worker", text: "no worker runs" };
  const { topic = defaultTopic, workflow } = job;
  const takers = workers.filter((worker) => takes(worker.takes ?? takesByDefault, { workflow: workflow.name, topic }));
  if (takers.length === 0) return { cause: "not_taken", text: notTaken(workers, topic, workflow.name) };
  if (job.maxRunning !== undefined && held >= job.maxRunning)
    return {
      cause: "max_running",
      text: `${countText(held, "job")} of workflow ${workflow.name} ${held === 1 ? "is" : "are"} with workers, and its maxRunning is ${job.maxRunning}`,
    };
  if (job.lost >= suspectFrom)
    return {
      cause: "isolated",
      text: `it is kept apart after ${countText(job.lost, "lost worker")} in a row, and runs when a worker has nothing else to do`,
    };
  if (takers.every(({ room }) => room <= 0))
    return {
      cause: "busy",
      text: `${takers.length === 1 ? "the worker that takes it has" : `all ${takers.length} workers that take it have`} no room`,
    };
  return {
    cause: "next",
    text: `nothing keeps it, and ${countText(takers.length, "worker takes", "workers take")} it in turn`,
  };
}

function notTaken(workers: readonly WorkerRow[], topic: string, workflow: string): string {
  const ofTopic = workers.some(({ takes: { topics } = takesByDefault }) => topics?.includes(topic) !== false);
  const none =
    workers.length === 1
      ? "the only worker that runs does not take"
      : `none of the ${workers.length} workers that run takes`;
  return ofTopic ? `${none} workflow ${workflow} of topic ${topic}` : `${none} the topic ${topic}`;
}
