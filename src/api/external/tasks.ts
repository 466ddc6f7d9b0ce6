import { type Static, Type } from "typebox";
import { type Answered, completeExternal, failExternal, heartbeatExternal } from "../../jobs/external/answer.ts";
import { pollExternal, type TakenTask } from "../../jobs/external/poll.ts";
import type { ApiContext, App } from "../context.ts";
import { time } from "../mender/job-presentation.ts";
import { parseCompletion, parseFailure, parseHeartbeat, parsePoll } from "./bodies.ts";

const Time = Type.String({ format: "date-time" });

export const PollAnswer = Type.Object({
  tasks: Type.Array(
    Type.Object({
      task: Type.String({ description: "Names this taking of the task: to be given back with all that is said of it" }),
      job: Type.String(),
      workflowName: Type.String(),
      version: Type.Integer(),
      run: Type.Integer(),
      name: Type.String(),
      path: Type.String(),
      iteration: Type.Integer(),
      attempt: Type.Integer(),
      idempotencyKey: Type.String(),
      lease_time: Time,
      input: Type.Unknown(),
    }),
  ),
});

export const HeartbeatAnswer = Type.Object({ lease_time: Time });
export const DoneAnswer = Type.Object({ success: Type.Literal(true) });

interface End {
  /** Of the body. */
  readonly members: readonly string[];
  readonly end: (body: unknown) => Promise<Answered>;
}

const params = Type.Object({ queue: Type.String() });
const role = "start";

/** What workers from outside do: take tasks of a queue, lengthen their leases, end them. */
export function addExternalTasks(app: App, { deps, settings }: ApiContext): void {
  app.post<{ Params: Static<typeof params> }>(
    "/api/v1/external/:queue/poll",
    { config: { role, body: ["worker", "limit", "leaseMs"] }, schema: { params, response: { 200: PollAnswer } } },
    async (request) => {
      const { worker = request.caller, limit, leaseMs } = parsePoll(request.body, settings);
      const taken = await pollExternal(deps, { queue: request.params.queue, worker, limit, leaseMs });
      return { tasks: taken.map(presentTask) };
    },
  );
  app.post(
    "/api/v1/external/heartbeat",
    { config: { role, body: ["task", "leaseMs"] }, schema: { response: { 200: HeartbeatAnswer } } },
    async (request) => {
      const { task, leaseMs } = parseHeartbeat(request.body, settings);
      return { lease_time: time(await heartbeatExternal(deps, task, leaseMs)) };
    },
  );
  const ends: Readonly<Record<string, End>> = {
    complete: {
      members: ["task", "output"],
      async end(body) {
        const { task, output } = parseCompletion(body, settings);
        return completeExternal(deps, task, output);
      },
    },
    fail: {
      members: ["task", "message", "code", "retryable", "retryAfterMs"],
      async end(body) {
        const { task, ...failure } = parseFailure(body, settings);
        return failExternal(deps, task, failure);
      },
    },
  };
  for (const [name, { members, end }] of Object.entries(ends))
    app.post(
      `/api/v1/external/${name}`,
      { config: { role, body: members }, schema: { response: { 200: DoneAnswer } } },
      async (request, reply): Promise<Static<typeof DoneAnswer>> => {
        const { replayed } = await end(request.body);
        if (replayed) reply.header("idempotency-replayed", "true");
        return { success: true };
      },
    );
}

function presentTask({ token, job, execution, idempotencyKey, input }: TakenTask) {
  const { name, path, iteration, attempt, external } = execution;
  const { id, workflow, run } = job;
  const about = {
    job: id,
    workflowName: workflow.name,
    version: workflow.version,
    run,
    name,
    path,
    iteration,
    attempt,
  };
  return { task: token, ...about, idempotencyKey, lease_time: time(external?.lease?.until ?? 0), input };
}
