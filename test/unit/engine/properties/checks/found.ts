import { isFinal, never } from "../../../../../src/model/job/job.ts";
import { isOpen } from "../../../../../src/model/job/task-execution.ts";
import { maxLabels } from "../../../../../src/model/search/labels.ts";
import { waitingNow, waitingReasons } from "../../../../../src/model/search/waiting.ts";
import type { Write } from "../simulation.ts";
import { check, expectSame } from "./check.ts";

/** A job is found by what it is, whatever it was. */
export function foundAsItIs({ after, change }: Write): void {
  const failures = [after, ...after.tasks].flatMap(({ error }) => (error === undefined ? [] : [`error:${error.code}`]));
  const called = after.tasks.flatMap(({ target }) => (target === undefined ? [] : [`target:${target}`]));
  const all = [...new Set([...failures, ...called])];
  expectSame("the labels of a job are those of what it has now", after.labels ?? [], all.slice(0, maxLabels));
  const { waiting, status, readyAt = 0 } = after;
  check((waiting === undefined) === isFinal(status), "a job waits exactly while it has not ended", { waiting, status });
  check((waiting === "paused") === (status === "paused"), "a paused job waits for people", { waiting, status });
  check(isFinal(status) || after.tasks.some(isOpen), "a job that has not ended has something to go on with", after);
  if (change === undefined || waiting === undefined || waiting === "paused") return;
  const isAwaited = after.tasks.some((task) => isOpen(task) && task.status === "awaiting");
  const forOthers = waiting === "event" || waiting === "job" || waiting === "external";
  check(!forOthers || isAwaited, "only what is awaited comes from elsewhere", after);
  check(readyAt < never || forOthers, "what ends by itself does so at some time", after);
  const { lease: _lease, ...free } = after;
  const later = waitingNow(free, Math.max(readyAt, 0));
  check(later === (forOthers ? waiting : "worker"), "what is due waits for a worker", { after, later });
  check(waitingReasons.includes(waiting), "a reason is one of those that are known", waiting);
}
