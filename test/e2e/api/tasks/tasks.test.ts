import { expect, test } from "vitest";
import type { Outcome } from "../../../../src/model/job/task-execution.ts";
import type { TaskNode } from "../../../../src/model/workflow.ts";
import { type ApiServer, apiServer, greet, httpTask } from "../api-server.ts";
import { type HttpAnswer, post, send } from "../http-client.ts";

const twoTasks = greet({
  root: { kind: "sequence", children: [httpTask("0", "first"), httpTask("1", "second")] },
});
const succeeded: Outcome = { kind: "succeeded", result: { response: { statusCode: 200, body: "yes" } } };
const failed: Outcome = { kind: "failed", error: { code: "http_status", message: "no" }, retryable: false };

async function started(server: ApiServer): Promise<string> {
  const { json } = await post(`${server.url}/api/workflow/greet`, { name: "Ada" });
  return (json as { id: string }).id;
}

function act(server: ApiServer, action: string, id: string, body: object = {}): Promise<HttpAnswer> {
  const job = `${server.url}/api/v1/jobs/${id}`;
  return action === "delete" ? send(job, { method: "DELETE" }) : post(`${job}/${action}`, body);
}

test("a task is named by its path or its name; what is wrong with one is told", async () => {
  await using server = await apiServer({ workflows: [twoTasks] });
  const id = await started(server);
  const asking = (action: string, body: object): Promise<HttpAnswer> =>
    post(`${server.url}/api/v1/jobs/${id}/${action}`, body);
  for (const action of ["skip", "retry"]) {
    expect(await asking(action, { task: "frist" })).toMatchObject({
      status: 404,
      json: {
        code: "task_not_found",
        error: expect.stringContaining('did you mean "first"?'),
        details: [{ at: "/task" }],
      },
    });
    expect(await asking(action, { task: "second" })).toMatchObject({
      status: 409,
      json: { code: "not_allowed_in_state", error: expect.stringContaining("has not begun") },
    });
    for (const [body, at] of [
      [{ task: 1 }, "/task"],
      [{ task: "" }, "/task"],
      [{ task: "first", iteration: "0" }, "/iteration"],
    ] as const)
      expect((await asking(action, body)).json).toMatchObject({ code: "invalid_request", details: [{ at }] });
  }
  expect((await asking("skip", {})).json).toMatchObject({ code: "invalid_request", details: [{ at: "/task" }] });
  expect((await asking("retry", { newKey: 1 })).json).toMatchObject({
    code: "invalid_request",
    details: [{ at: "/newKey" }],
  });
  expect(await asking("retry", { task: "first" })).toMatchObject({
    status: 409,
    json: {
      error: expect.stringMatching(
        /"first" \(0\) is scheduled and cannot be retried; tasks that failed or were cancelled can/,
      ),
    },
  });
  expect(await asking("skip", { task: "first" })).toMatchObject({
    status: 200,
    json: { tasks: [{ name: "first", path: "0", state: "skipped", skippedBy: "anonymous" }, { path: "1" }] },
  });
  expect(await asking("skip", { task: "first" })).toMatchObject({
    status: 409,
    json: { error: expect.stringContaining("is skipped and cannot be skipped; tasks that are open or failed can") },
  });
});

test("where a name stands for several tasks that could be meant, the path tells which", async () => {
  const twins = greet({
    root: { kind: "parallel", children: [httpTask("0", "twin"), httpTask("1", "twin")], join: 2, onFailure: "wait" },
  });
  await using server = await apiServer({ workflows: [twins] });
  const id = await started(server);
  const skip = (task: string): Promise<HttpAnswer> => post(`${server.url}/api/v1/jobs/${id}/skip`, { task });
  expect(await skip("twin")).toMatchObject({
    status: 400,
    json: { code: "invalid_request", error: expect.stringContaining('"twin" (0), "twin" (1)') },
  });
  expect((await skip("1")).json).toMatchObject({ state: "pending" });
  expect((await skip("twin")).json).toMatchObject({ state: "completed" });
});

test("one branch of an ended job is retried alone, with a new key where that is asked for", async () => {
  const branches = greet({
    root: { kind: "parallel", children: [httpTask("0", "left"), httpTask("1", "right")], join: 2, onFailure: "wait" },
  });
  await using server = await apiServer({ workflows: [branches] });
  const id = await started(server);
  await server.finishNextTask(failed);
  await server.finishNextTask(failed);
  const retried = await post(`${server.url}/api/v1/jobs/${id}/retry`, { task: "right", newKey: true });
  expect(retried.json).toMatchObject({
    state: "running",
    tasks: [
      { name: "left", state: "failed" },
      { name: "right", state: "scheduled" },
    ],
  });
  const { json } = await send(`${server.url}/api/v1/jobs/${id}/history`);
  expect((json as { history: object[] }).history.slice(-2)).toMatchObject([
    { type: "job_retried", by: "anonymous", newKey: true },
    { type: "task_retried", task: "right", path: "1", by: "anonymous", newKey: true },
  ]);
});

test("a job that undoes what it did shows as what it ends, and can be ended without", async () => {
  const first = { ...httpTask("0", "first"), undo: httpTask("undo:0", "undo first") } as TaskNode;
  const undone = greet({ root: { kind: "sequence", children: [first, httpTask("1", "second")] } });
  await using server = await apiServer({ workflows: [undone] });
  const id = await started(server);
  await server.finishNextTask(succeeded);
  expect((await act(server, "cancel", id)).json).toMatchObject({
    status: "processing",
    state: "running",
    ending: "terminated",
    tasks: [{ state: "completed" }, { state: "cancelled" }, { name: "undo first", path: "undo:0", state: "scheduled" }],
  });
  for (const action of ["cancel", "retry", "restart", "delete"]) {
    const { status, json } = await act(server, action, id);
    expect([status, json]).toMatchObject([
      409,
      { error: expect.stringContaining('with {"undo": false} ends it at once') },
    ]);
  }
  const over = await act(server, "cancel", id, { undo: false });
  expect(over.json).toMatchObject({ state: "terminated", tasks: [{ state: "completed" }, {}, { state: "cancelled" }] });
  expect(over.json).not.toHaveProperty("ending");
});
