import { type Static, type TObject, type TSchema, Type } from "typebox";
import { type Answered, completeExternal, failExternal, heartbeatExternal } from "../../jobs/external/answer.ts";
import { pollExternal, type TakenTask } from "../../jobs/external/poll.ts";
import { WaitingPolls } from "../../jobs/external/waiting-polls.ts";
import type { ApiContext, App } from "../context.ts";
import { time } from "../mender/job-presentation.ts";
import { answerWith, replayedHeader, Time } from "../openapi/described.ts";
import type { Watchers } from "../v1/watch/watchers.ts";
import {
  CompletionBody,
  FailureBody,
  HeartbeatBody,
  PollBody,
  parseCompletion,
  parseFailure,
  parseHeartbeat,
  parsePoll,
} from "./bodies.ts";

export const PollAnswer = Type.Object({
  tasks: Type.Array(
    Type.Object(
      {
        task: Type.String({
          description: "Names this taking of the task: to be given back with all that is said of it",
        }),
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
      },
      { title: "ExternalTask" },
    ),
  ),
});

export const HeartbeatAnswer = Type.Object({ lease_time: Time });
export const DoneAnswer = Type.Object({ success: Type.Literal(true) });

interface End {
  /** Of the body. */
  readonly body: TObject;
  readonly summary: string;
  readonly end: (body: unknown) => Promise<Answered>;
}

const params = Type.Object({
  queue: Type.String({ minLength: 1, description: "As the definition names it", examples: ["mail"] }),
});

/** Of the last three the job is to blame. */
const ofTask = ["lease_lost", "definition_missing", "job_incomplete", "job_too_new"] as const;

/** The configuration and the schema of a call with this body. */
function described<Answer extends TSchema>(body: TObject, is: { operationId: string; summary: string }, ok: Answer) {
  return {
    config: { role: "start", body: Object.keys(body.properties) },
    schema: { ...is, tags: ["External tasks"], body, response: { 200: ok } },
  } as const;
}

/** What workers from outside do: take tasks of a queue, lengthen their leases, end them. */
export function addExternalTasks(app: App, { deps, settings, logger }: ApiContext, watchers: Watchers): void {
  const waiting = new WaitingPolls(deps, logger);
  const poll = described(
    PollBody,
    { operationId: "pollExternal", summary: "Takes tasks of a queue" },
    answerWith(PollAnswer, {
      description: "The tasks, as soon as there are some; none where there were none within `waitMs`",
    }),
  );
  app.post<{ Params: Static<typeof params> }>(
    "/api/v1/external/:queue/poll",
    { config: { ...poll.config, bodyIsOptional: true }, schema: { ...poll.schema, params } },
    async (request, reply) => {
      const { worker = request.caller, waitMs, ...asked } = parsePoll(request.body, settings);
      const ask = { queue: request.params.queue, worker, ...asked };
      const taken = await (waitMs === 0
        ? pollExternal(deps, logger, ask)
        : waiting.take({ ...ask, waitMs, signal: watchers.enter(reply).signal }));
      return { tasks: taken.map(presentTask) };
    },
  );
  const heartbeat = described(
    HeartbeatBody,
    { operationId: "heartbeatExternal", summary: "Holds a task for longer" },
    answerWith(HeartbeatAnswer, { description: "It is held until then" }),
  );
  app.post(
    "/api/v1/external/heartbeat",
    { config: { ...heartbeat.config, errors: ofTask }, schema: heartbeat.schema },
    async (request) => {
      const { task, leaseMs } = parseHeartbeat(request.body, settings);
      return { lease_time: time(await heartbeatExternal(deps, task, leaseMs)) };
    },
  );
  const ends: Readonly<Record<string, End>> = {
    complete: {
      body: CompletionBody,
      summary: "Ends a task: it is done",
      async end(body) {
        const { task, output } = parseCompletion(body, settings);
        return completeExternal(deps, task, output);
      },
    },
    fail: {
      body: FailureBody,
      summary: "Ends a task: it could not be done",
      async end(body) {
        const { task, ...failure } = parseFailure(body, settings);
        return failExternal(deps, task, failure);
      },
    },
  };
  const done = answerWith(DoneAnswer, { description: "It is recorded", headers: replayedHeader });
  for (const [name, { body, summary, end }] of Object.entries(ends)) {
    const { config, schema } = described(body, { operationId: `${name}External`, summary }, done);
    app.post(
      `/api/v1/external/${name}`,
      { config: { ...config, errors: ofTask }, schema },
      async (request, reply): Promise<Static<typeof DoneAnswer>> => {
        const { replayed } = await end(request.body);
        if (replayed) reply.header("idempotency-replayed", "true");
        return { success: true };
      },
    );
  }
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
