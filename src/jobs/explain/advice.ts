import { executionAt } from "../../model/job/executions.ts";
import { endingOf } from "../../model/job/extras.ts";
import { isFinal, type Job, ranElsewhere } from "../../model/job/job.ts";
import { defaultTopic } from "../../model/takes.ts";
import { isDecided } from "../../model/tree/decided.ts";
import { placesOf } from "../../model/tree/places.ts";
import { isUndo } from "../../model/tree/undo-path.ts";
import type { ExplainedTask, Waiting } from "./explanation.ts";
import type { Facts } from "./facts.ts";

/** What people can do now, each with the command for it. */
export function adviceOf(facts: Facts, tasks: readonly ExplainedTask[], waiting: Waiting | undefined): string[] {
  const { job } = facts;
  if (job.readOnly === true) return ["It can only be read: who runs it is the program that started it."];
  if (ranElsewhere(job)) return [`Remove it: workflows jobs delete ${job.id}`];
  if (job.damage !== undefined || facts.model === undefined) return toMend(facts);
  if (isFinal(job.status)) return afterEnd(job, tasks);
  if (endingOf(job) !== undefined)
    return [
      `Let it end without undoing anything more: workflows jobs cancel ${job.id} --no-undo`,
      ...tasks
        .filter((task) => isUndo(task) && isOpenState(task))
        .map((task) => skipAdvice(job, task, "Do without an undo")),
    ];
  return [...(waiting === undefined ? [] : whileWaiting(facts, waiting)), ...whileOpen(job, waiting)];
}

/** Of a job that lacks something. */
function toMend({ job }: Facts): string[] {
  const { id, damage, status, workflow } = job;
  const { name, version } = workflow;
  const asBefore = "the job is as before then";
  const end = isFinal(status) ? removeAdvice(job) : `End it, which undoes nothing: workflows jobs cancel ${id}`;
  if (damage !== undefined) return [`Put back what it lacks from a backup: ${asBefore}`, end];
  const load = `Load the very same definition again, workflow ${name} version ${version}, or put it back from a backup: ${asBefore}`;
  const restart = `Run it with another version from the beginning: workflows jobs restart ${id} --workflow-version VERSION`;
  return isFinal(status) ? [load, restart, end] : [load, end];
}

function removeAdvice({ id }: Job): string {
  return `Remove it with its history: workflows jobs delete ${id}`;
}

/** Of a thousand branches that failed nobody reads all. */
const mostNamed = 3;

const fromFailure = { retry: "Go on from where it failed", skip: "Go on without the task" };

/** What was undone is to be done once more, and what came after it. */
const afterUndos = {
  retry: "Go on from the first task that was undone: it and what came after it run once more",
  skip: "The same, but without the task that did not succeed",
};

function afterEnd(job: Job, tasks: readonly ExplainedTask[]): string[] {
  const remove = removeAdvice(job);
  const restart = `Run it once more from the beginning: workflows jobs restart ${job.id}`;
  if (job.status === "completed") return [restart, remove];
  const failed = tasks
    .filter((task) => task.state === "failed" && !isUndo(task) && !isDecided(task))
    .slice(0, mostNamed);
  const children = failed.flatMap((task) => executionAt(job.tasks, task)?.child ?? []);
  const unknown = failed.filter(({ attempts }) => attempts.at(-1)?.outcome === "lost");
  const again = tasks.some(({ state }) => state === "undone") ? afterUndos : fromFailure;
  return [
    ...children.map(({ id }) => `See why the job failed that did a part of it: workflows explain ${id}`),
    ...unknown.map(
      ({ name }) =>
        `Find out first whether the call of ${JSON.stringify(name)} arrived: its worker was lost, and it may run at most once`,
    ),
    `${again.retry}: workflows jobs retry ${job.id}`,
    ...(failed.some(({ attempts }) => attempts.some(({ answer }) => answer !== undefined))
      ? [
          `The same, where the service remembers the key of the call that failed: workflows jobs retry ${job.id} --new-key`,
        ]
      : []),
    ...failed.map((task) => skipAdvice(job, task, again.skip)),
    restart,
    remove,
  ];
}

function skipAdvice({ id }: Job, { path, iteration }: ExplainedTask, what: string): string {
  const which = iteration > 0 ? ` --iteration ${iteration}` : "";
  return `${what}: workflows jobs skip ${id} ${path}${which}`;
}

function isOpenState({ state }: ExplainedTask): boolean {
  return state === "scheduled" || state === "started" || state === "awaiting";
}

function whileWaiting({ job, model }: Facts, { reason, cause }: Waiting): string[] {
  const { id, topic = defaultTopic, workflow } = job;
  const awaiting = job.tasks.filter(({ status }) => status === "awaiting");
  if (cause === "crowded")
    return [
      "See whether what it calls is slow; else start another worker, or raise the setting concurrency, and max_calls_per_target where it is set",
    ];
  switch (reason) {
    case "worker":
      switch (cause) {
        case "no_worker":
          return [`Start a worker: workflows worker${topic === defaultTopic ? "" : ` --topics ${topic}`}`];
        case "not_taken":
          return [
            `Start a worker that takes it: workflows worker --topics ${topic}`,
            `See what the workers take: workflows workers list (settings topics, workflows and excluded_workflows)`,
          ];
        case "max_running":
          return [
            `Wait, or post a version of ${workflow.name} with a higher maxRunning: it counts for jobs that are started from then on`,
          ];
        case "isolated":
          return ["See in the logs of the workers what ended them: if this job does it, cancel it"];
        case "busy":
          return ["Start another worker, or raise the setting concurrency: workflows worker"];
        default:
          return [];
      }
    case "event": {
      const places = model === undefined ? undefined : placesOf(model.root);
      return awaiting.flatMap(({ path }) => {
        const node = places?.get(path)?.node;
        return node?.kind === "wait" && "event" in node.for
          ? [`Tell it of the event: POST /api/v1/jobs/${id}/events/${encodeURIComponent(node.for.event)}`]
          : [];
      });
    }
    case "job":
      return awaiting.flatMap(({ child }) =>
        child === undefined ? [] : [`See why that job has not ended: workflows explain ${child.id}`],
      );
    case "external":
      return [
        ...new Set(
          awaiting.flatMap(({ external }) =>
            external === undefined || external.lease !== undefined ? [] : [external.queue],
          ),
        ),
      ].map(
        (queue) =>
          `See that a program takes work from the queue: POST /api/v1/external/${encodeURIComponent(queue)}/poll`,
      );
    case "paused":
      return [`Let it go on: workflows jobs resume ${id}`];
    case "start":
    case "retry":
    case "time":
    case "worker_lost":
      return [];
    default:
      return reason satisfies never;
  }
}

function whileOpen({ id }: Job, waiting: Waiting | undefined): string[] {
  return [
    ...(waiting?.reason === "paused" ? [] : [`Let it begin nothing new: workflows jobs pause ${id}`]),
    `End it: workflows jobs cancel ${id}`,
  ];
}
