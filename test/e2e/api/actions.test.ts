import { expect, test } from "vitest";
import type { Outcome } from "../../../src/model/job/task-execution.ts";
import { eventually } from "../../support/eventually.ts";
import { type ApiServer, apiServer, greet, httpTask } from "./api-server.ts";
import { type HttpAnswer, post, send } from "./http-client.ts";
import { sharedServer } from "./shared-server.ts";

const twoTasks = greet({
  root: { kind: "sequence", children: [httpTask("0", "first"), httpTask("1", "second")] },
});
const short = greet({ name: "short", digest: "short", timeoutMs: 1 });
const succeeded: Outcome = { kind: "succeeded", result: { response: { statusCode: 200, body: "yes" } } };
const failed: Outcome = { kind: "failed", error: { code: "http_status", message: "no" }, retryable: false };

/** How a job gets there. */
const states: Readonly<Record<string, (server: ApiServer) => Promise<string>>> = {
  pending: (server) => started(server),
  async running(server) {
    const id = await started(server);
    await server.finishNextTask(succeeded);
    return id;
  },
  async paused(server) {
    const id = await started(server);
    await act(server, "pause", id);
    return id;
  },
  async completed(server) {
    const id = await started(server);
    await server.finishNextTask(succeeded);
    await server.finishNextTask(succeeded);
    return id;
  },
  async failed(server) {
    const id = await started(server);
    await server.finishNextTask(succeeded);
    await server.finishNextTask(failed);
    return id;
  },
  async timed_out(server) {
    const id = await started(server, "short");
    await eventually("its time is over", async () => {
      await server.endOverdueJobs();
      return (await stateOf(server, id)) === "timed_out";
    });
    return id;
  },
  async terminated(server) {
    const id = await started(server);
    await server.finishNextTask(succeeded);
    await act(server, "cancel", id);
    return id;
  },
};

interface Action {
  /** What it must be told beside the reason, by the state before. */
  readonly with?: (state: string) => object;
  /** The state afterwards, by the state before; 409 in any other. */
  readonly then: Readonly<Record<string, string>>;
  /** What the history tells; a deleted job has none. */
  readonly tells?: string;
}

const actions: Readonly<Record<string, Action>> = {
  cancel: { then: { pending: "terminated", running: "terminated", paused: "terminated" }, tells: "job_terminated" },
  pause: { then: { pending: "paused", running: "paused" }, tells: "job_paused" },
  resume: { then: { paused: "pending" }, tells: "job_resumed" },
  retry: { then: { failed: "running", timed_out: "pending", terminated: "running" }, tells: "job_retried" },
  skip: {
    with: (state) => ({ task: ["running", "failed", "terminated"].includes(state) ? "second" : "0" }),
    then: {
      pending: "pending",
      running: "completed",
      paused: "paused",
      failed: "completed",
      timed_out: "completed",
      terminated: "completed",
    },
    tells: "task_skipped",
  },
  restart: {
    then: { completed: "pending", failed: "pending", timed_out: "pending", terminated: "pending" },
    tells: "job_restarted",
  },
  delete: { then: { completed: "gone", failed: "gone", timed_out: "gone", terminated: "gone" } },
};

async function started(server: ApiServer, workflow = "greet"): Promise<string> {
  const { json } = await post(`${server.url}/api/workflow/${workflow}`, { name: "Ada" });
  return (json as { id: string }).id;
}

function act(server: ApiServer, action: string, id: string, more: object = {}): Promise<HttpAnswer> {
  return ask(`${server.url}/api/v1/jobs/${id}`, action, { reason: "because", ...more });
}

function ask(job: string, action: string, body?: object | string): Promise<HttpAnswer> {
  const written = typeof body === "object" ? { body: JSON.stringify(body) } : body === undefined ? {} : { body };
  return action === "delete"
    ? send(job, { method: "DELETE", ...written })
    : send(`${job}/${action}`, { method: "POST", ...written });
}

async function stateOf(server: ApiServer, id: string): Promise<string> {
  return ((await send(`${server.url}/api/v1/jobs/${id}`)).json as { state: string }).state;
}

test.each(Object.keys(actions))(
  "%s does what it should in each state, or is answered 409 and changes nothing",
  async (name) => {
    await using server = await apiServer({ workflows: [twoTasks, short] });
    const { then, tells, with: more } = actions[name] ?? { then: {} };
    for (const [state, reach] of Object.entries(states)) {
      const id = await reach(server);
      expect(await stateOf(server, id)).toBe(state);
      const before = await server.store.jobs.get(id);
      const answer = await act(server, name, id, more?.(state));
      if (then[state] === undefined) {
        expect(answer.status, `${name} ${state}`).toBe(409);
        expect(answer.json).toMatchObject({
          code: "not_allowed_in_state",
          error: expect.stringContaining(`is ${state}`),
        });
        expect(await server.store.jobs.get(id)).toEqual(before);
      } else {
        expect(answer.status, `${name} ${state}`).toBe(200);
        expect(answer.json).toMatchObject({ id, state: tells === undefined ? state : then[state] });
        const history = await server.store.jobs.history(id);
        const told = history?.findLast(({ type }) => type === tells);
        if (tells === undefined) expect([await server.store.jobs.get(id), history]).toEqual([undefined, undefined]);
        else expect(told).toMatchObject({ by: "anonymous", reason: "because" });
      }
      await act(server, "cancel", id); // what is ready no more does not disturb the next
    }
  },
);

const withoutJobs = sharedServer();

test.each(Object.keys(actions))("the body of %s is checked; an unknown job is not found", async (name) => {
  const server = withoutJobs();
  const needed = actions[name]?.with?.("running");
  const unknown = `${server.url}/api/v1/jobs/0123456789abcdef01234567`;
  for (const [body, at] of [
    [{ reason: 1 }, "/reason"],
    [{ reason: "x".repeat(1001) }, "/reason"],
    [{ reasons: "x" }, "/reasons"],
  ] as const)
    expect((await ask(unknown, name, { ...needed, ...body })).json).toMatchObject({
      code: "invalid_request",
      details: [{ at }],
    });
  const { error } = (await ask(unknown, name, { ...needed, because: "x" })).json as { readonly error: string };
  expect(error).toContain("/because is not known; known: reason");
  expect((await ask(unknown, name, "{")).json).toMatchObject({ code: "invalid_body" });
  const without = await ask(unknown, name, needed);
  expect(without).toMatchObject({ status: 404, json: { code: "job_not_found" } });
});

test("a paused job tells no time at which something is due", async () => {
  await using server = await apiServer({ workflows: [twoTasks] });
  const id = await started(server);
  await act(server, "pause", id);
  const { json } = await send(`${server.url}/api/v1/jobs/${id}`);
  expect(json).toMatchObject({ status: "processing", state: "paused" });
  expect(json).not.toHaveProperty("due_time");
});

test("a restart takes a version of the workflow, and tells what is wrong with one", async () => {
  const newer = greet({ version: 5, digest: "newer", inputParameters: ["name"] });
  const needy = greet({ version: 6, digest: "needy", inputParameters: ["name", "age"] });
  await using server = await apiServer({ workflows: [newer] });
  await server.store.definitions.put([twoTasks, needy].map((workflow) => ({ workflow, source: null })));
  const id = await started(server);
  await act(server, "cancel", id);
  const restart = (body: object): Promise<HttpAnswer> => post(`${server.url}/api/v1/jobs/${id}/restart`, body);
  expect(await restart({ version: 7 })).toMatchObject({ status: 404, json: { code: "workflow_not_found" } });
  expect(await restart({ version: 6 })).toMatchObject({ status: 400, json: { code: "missing_input_parameters" } });
  for (const version of ["4", 1.5, -1, null])
    expect((await restart({ version })).json).toMatchObject({
      code: "invalid_request",
      details: [{ at: "/version" }],
    });
  expect(await restart({ version: 4 })).toMatchObject({ status: 200, json: { version: 4, run: 2, state: "pending" } });
  const { json } = await send(`${server.url}/api/v1/jobs/${id}/history`);
  expect((json as { history: object[] }).history.at(-1)).toMatchObject({ type: "job_restarted", run: 2, version: 4 });
});

test("a deleted job is gone, the log tells who did it, and its key stays taken for its time", async () => {
  await using server = await apiServer();
  const start = (name: string): Promise<HttpAnswer> =>
    post(`${server.url}/api/workflow/greet`, { name }, { "idempotency-key": "k" });
  const { id } = (await start("Ada")).json as { id: string };
  await act(server, "cancel", id);
  expect(await act(server, "delete", id)).toMatchObject({ status: 200, json: { id, state: "terminated" } });
  expect(await act(server, "delete", id)).toMatchObject({ status: 404, json: { code: "job_not_found" } });
  expect((await send(`${server.url}/api/v1/jobs`)).json).toEqual({ jobs: [], next: null });
  const line = server.logged.find(({ message }) => message === "job deleted");
  expect(line?.fields).toEqual({ job: id, workflow: "greet", by: "anonymous", reason: "because" });
  expect(await start("Ada")).toMatchObject({ status: 201, json: { id } });
  expect(await start("Bob")).toMatchObject({ status: 409, json: { code: "idempotency_conflict" } });
});
