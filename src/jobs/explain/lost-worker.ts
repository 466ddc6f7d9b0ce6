import { untoldLoss } from "../../engine/lost.ts";
import { executionAt } from "../../model/job/executions.ts";
import type { Facts } from "./facts.ts";
import { nameText, timeText } from "./words.ts";

/** Of a worker that was lost with the job, as long as the history does not tell it: who, when, and what it may have been doing. */
export function lossText({ job }: Facts): string | undefined {
  const loss = untoldLoss(job);
  if (loss === undefined) return undefined;
  const { worker = "", at, open = [], moreOpen = 0 } = loss;
  const lost = `Worker ${worker} was lost, which was noticed at ${timeText(at)}`;
  const named = open.slice(0, 3).flatMap((name) => {
    const task = executionAt(job.tasks, { path: name.path, iteration: name.iteration ?? 0 });
    return task === undefined ? [] : [nameText(task)];
  });
  if (named.length === 0) return lost;
  const rest = open.length + moreOpen - named.length;
  const more = rest > 0 ? ` and ${rest} more` : "";
  return `${lost}, while it may have been calling ${named.join(", ")}${more}: nobody knows whether that arrived`;
}
