import type { ReceivedCall } from "../../support/receiver/received-call.ts";
import { listJobIds, type ShownHistoryEntry, showHistory, showJob } from "../../support/workflows-api.ts";
import type { Call, Evidence, FinalJob, Interval, Settings, Transition } from "../checker/evidence.ts";
import type { Site } from "./site.ts";
import type { Starter } from "./starter.ts";

const requestsAtOnce = 8;

/** Reads the final state through the API of `server`, and what the receiver saw. */
export async function collect(
  site: Site,
  starter: Starter,
  settings: Settings,
  server: string,
  outages: readonly Interval[] = [],
): Promise<Evidence> {
  const url = site.fleet.url(server);
  const ids = await listJobIds(url);
  const jobs: FinalJob[] = [];
  const read = async (): Promise<void> => {
    for (let id = ids.pop(); id !== undefined; id = ids.pop()) jobs.push(await finalJob(url, id));
  };
  await Promise.all(Array.from({ length: requestsAtOnce }, read));
  return {
    steps: site.workflow.steps,
    starts: starter.starts,
    calls: (await site.receiver.calls()).map(toCall),
    incarnations: site.fleet.incarnations(),
    outages,
    jobs,
    settings,
  };
}

async function finalJob(url: string, id: string): Promise<FinalJob> {
  const [job, history] = await Promise.all([showJob(url, id), showHistory(url, id)]);
  const marker = job.inputParameters.find((input) => input.name === "marker")?.value;
  const { status, parent } = job;
  return {
    id,
    marker: String(marker),
    status,
    ...(parent !== undefined && { parent: parent.id }),
    history: history.map(toTransition),
  };
}

function toTransition({
  time,
  type,
  task,
  iteration = 0,
  attempt,
  worker,
  fence,
  error,
}: ShownHistoryEntry): Transition {
  return {
    atWallMs: Date.parse(time),
    type,
    ...(task !== undefined && { task: task.endsWith("-") ? `${task}${iteration}` : task }),
    ...(attempt !== undefined && { attempt }),
    ...(worker !== undefined && { worker }),
    ...(fence !== undefined && { fence }),
    ...(error !== undefined && { error: `${error.code}: ${error.message}` }),
  };
}

/** As the checker sees it. */
export function toCall(received: ReceivedCall): Call {
  const [, marker = "", task = ""] = decodeURIComponent(received.path).split("/");
  const { line, receivedAtMs, receivedWallMs, answeredAtMs, status, headers } = received;
  return {
    line,
    marker,
    task,
    idempotencyKey: headers["idempotency-key"] ?? "",
    incarnation: headers["x-incarnation"] ?? "",
    receivedAtMs,
    receivedWallMs,
    ...(answeredAtMs !== undefined && { answeredAtMs }),
    status,
  };
}
