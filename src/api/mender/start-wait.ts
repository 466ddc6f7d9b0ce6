import type { FastifyReply, FastifyRequest } from "fastify";
import { type Static, Type } from "typebox";
import { type StartAsk, type Started, startJob } from "../../jobs/start.ts";
import { type JobEnd, jobEnd } from "../../jobs/watch/job-end.ts";
import type { Watching } from "../../jobs/watch/job-watch.ts";
import type { JobId } from "../../model/ids.ts";
import type { Job } from "../../model/job/job.ts";
import type { ApiContext } from "../context.ts";
import { invalidQuery, mistaken } from "../query.ts";
import { onAbort, type Watchers } from "../v1/watch/watchers.ts";
import { jobPresenter } from "./job.ts";
import { JobAnswer } from "./job-presentation.ts";

/** Many proxies give a request a minute. */
const longestWaitSeconds = 60;

const seconds = /^([0-5]?[0-9](\.[0-9]{1,3})?|60)$/;

export const waitQuery = Type.Object({
  wait: Type.Optional(
    Type.String({
      pattern: seconds.source,
      description: `Seconds to wait for the end of the job, 0 to ${longestWaitSeconds}`,
      examples: ["30"],
    }),
  ),
});

const removed = Type.Literal(true, {
  description: "The workflow is ephemeral: the job was removed when it completed",
});

/** The finished job. One that is removed by its end is shown whole where this server ran it; else all that is known is that it completed. */
export const FinishedAnswer = Type.Union([
  Type.Object({ ...JobAnswer.properties, removed: Type.Optional(removed) }, { title: "FinishedJob" }),
  Type.Object(
    {
      id: Type.String(),
      workflowName: Type.String(),
      status: Type.Literal("done"),
      state: Type.Literal("completed"),
      removed,
    },
    { title: "RemovedJob" },
  ),
]);

export type Finished = Static<typeof FinishedAnswer>;

/** How long a start is to wait for the end of its job, in ms; undefined: not at all. Throws invalid_request. */
export function waitOf({ query }: FastifyRequest): number | undefined {
  const { wait } = query as { readonly wait?: unknown };
  if (wait === undefined) return undefined;
  if (typeof wait === "string" && seconds.test(wait)) return Number(wait) * 1000;
  throw invalidQuery([mistaken("wait", `must be a number of seconds from 0 to ${longestWaitSeconds}`)]);
}

export type Waited = { readonly started: Started; readonly finished?: Finished };

/** Starts a job and waits for its end, or until the time is over, the client goes away or the server stops. */
export function startAndWait(context: ApiContext, watchers: Watchers) {
  const { deps } = context;
  const present = jobPresenter(context);
  return async (ask: StartAsk, waitMs: number, reply: FastifyReply): Promise<Waited> => {
    const { signal } = watchers.enter(reply);
    let watching: Watching | undefined;
    const onId = (id: JobId): void => {
      watching?.end();
      watching = watchers.jobs.watch(id);
    };
    onAbort(signal, () => watching?.end());
    try {
      const started = await startJob(deps, { ...ask, onId });
      const of = watching ?? watchers.jobs.watch(started.id);
      const end = await jobEnd(deps, started.id, { watching: of, waitMs, signal });
      const finished = await presentFinished(end, started, ask.workflow, present);
      return { started, ...(finished !== undefined && { finished }) };
    } finally {
      watching?.end();
    }
  };
}

async function presentFinished(
  end: JobEnd,
  { id, ephemeral }: Started,
  workflowName: string,
  present: (job: Job) => Promise<Static<typeof JobAnswer>>,
): Promise<Finished | undefined> {
  switch (end.kind) {
    case "ended":
      return present(end.job);
    case "gone":
      if (end.job !== undefined) return { ...(await present(end.job)), removed: true };
      if (ephemeral === undefined) return undefined; // somebody deleted it
      return { id, workflowName, status: "done", state: "completed", removed: true };
    case "still_open":
      return undefined;
    default:
      return end satisfies never;
  }
}
