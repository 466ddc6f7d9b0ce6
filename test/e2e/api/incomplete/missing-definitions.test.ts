import { expect, test } from "vitest";
import type { Outcome } from "../../../../src/model/job/task-execution.ts";
import type { Workflow } from "../../../../src/model/workflow.ts";
import { external } from "../../../support/sample-workflow.ts";
import { byHand } from "../../../support/store/by-hand.ts";
import { type ApiServer, apiServer, greet, httpTask } from "../api-server.ts";
import { post, send } from "../http-client.ts";

// A person removed a definition with a client of the database, or put back half of a backup.

const two = { kind: "sequence", children: [httpTask("0", "first"), httpTask("1", "second")] } as const;
const greeting = greet({ root: two, secretParameters: ["pin"] });
const answered: Outcome = { kind: "succeeded", result: { response: { statusCode: 200, body: "hello 4711-0815" } } };
const failed: Outcome = { kind: "failed", error: { code: "http_status", message: "no" }, retryable: false };
const missing = {
  status: 409,
  json: {
    code: "definition_missing",
    error: expect.stringMatching(/lacks workflow greet version 4 .*load the very same definition again/) as string,
  },
};

/** A job whose definition is gone, at a server that never had it. */
interface Orphan extends AsyncDisposable {
  readonly server: ApiServer;
  readonly job: string;
  /** The server that started the job, and knows its definition still. */
  readonly first: ApiServer;
}

async function orphan(
  before: (first: ApiServer, job: string) => Promise<unknown> = () => Promise.resolve(),
  workflows: readonly Workflow[] = [],
): Promise<Orphan> {
  const first = await apiServer({ workflows: [greeting] });
  const start = await post(`${first.url}/api/v1/workflow/greet`, { name: "Ada", pin: "4711-0815" });
  const { id } = start.json as { id: string };
  await before(first, id);
  await byHand(first.place).withoutDefinition("greet");
  const server = await apiServer({ at: first.place, workflows });
  return {
    first,
    server,
    job: `${server.url}/api/v1/jobs/${id}`,
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await first[Symbol.asyncDispose]();
    },
  };
}

test("a job whose definition is gone is shown with its history and an explanation, and without its secrets", async () => {
  await using site = await orphan((first) => first.finishNextTask(answered));
  const job = await send(site.job);
  expect(job).toMatchObject({
    status: 200,
    json: {
      state: "running",
      inputParameters: [
        { name: "name", value: "***" },
        { name: "pin", value: "***" },
      ],
      results: [{ name: "first", httpResponse: { statusCode: 200, body: "hello ***" } }],
    },
  });
  const history = await send(`${site.job}/history`);
  expect(history).toMatchObject({ status: 200 });
  expect(history.text).toContain("task_completed");
  const explanation = await send(`${site.job}/explanation`);
  expect(explanation).toMatchObject({
    status: 200,
    json: {
      state: "running",
      summary: expect.stringContaining("workflow greet version 4, is gone from the store") as string,
      advice: [expect.stringContaining("Load the very same definition again"), expect.stringContaining("jobs cancel")],
    },
  });
  for (const { text } of [job, history, explanation]) expect(text).not.toContain("4711-0815");
});

test("what would let it go on is refused with what to do, and it can be cancelled and deleted", async () => {
  await using site = await orphan();
  for (const action of ["pause", "events/word"]) expect(await post(`${site.job}/${action}`, {})).toMatchObject(missing);
  expect(await post(`${site.job}/skip`, { task: "first" })).toMatchObject(missing);
  expect(await post(`${site.job}/cancel`, { reason: "its definition is gone" })).toMatchObject({
    status: 200,
    json: { state: "terminated", tasks: [{ name: "first", state: "cancelled" }] },
  });
  for (const action of ["retry", "restart"]) expect(await post(`${site.job}/${action}`, {})).toMatchObject(missing);
  expect((await send(`${site.job}/history`)).text).toContain("its definition is gone");
  expect((await send(`${site.job}/explanation`)).json).toMatchObject({
    advice: [
      expect.stringContaining("Load the very same definition again"),
      expect.stringContaining("--workflow-version"),
      expect.stringContaining("jobs delete"),
    ],
  });
  expect(await send(site.job, { method: "DELETE" })).toMatchObject({ status: 200 });
  expect(await send(site.job)).toMatchObject({ status: 404 });
  expect(site.server.logged.filter(({ level }) => level === "error")).toEqual([]);
});

test("a paused job and one that failed are refused in the same way, and a bulk call names them", async () => {
  await using paused = await orphan((first, id) => post(`${first.url}/api/v1/jobs/${id}/pause`, {}));
  expect(await post(`${paused.job}/resume`, {})).toMatchObject(missing);
  await using ended = await orphan((first) => first.finishNextTask(failed));
  for (const task of ["first", undefined]) expect(await post(`${ended.job}/retry`, { task })).toMatchObject(missing);
  const bulk = (site: Orphan, action: string) =>
    post(`${site.server.url}/api/v1/jobs/bulk/${action}`, { filter: { workflow: "greet" } });
  expect(await bulk(ended, "retry")).toMatchObject({ json: { done: 0, refusals: [{ code: "definition_missing" }] } });
  expect(await bulk(paused, "cancel")).toMatchObject({ status: 200, json: { done: 1, refused: 0 } });
});

test("with the same definition loaded again it goes on as if nothing had been", async () => {
  await using site = await orphan((first) => first.finishNextTask(answered), [greeting]);
  expect(await post(`${site.job}/pause`, {})).toMatchObject({ status: 200, json: { state: "paused" } });
  expect(await post(`${site.job}/resume`, {})).toMatchObject({ status: 200 });
  await site.server.finishNextTask(answered);
  expect(await send(site.job)).toMatchObject({ json: { state: "completed" } });
});

test("once it has ended it can be restarted with another version", async () => {
  const next = { ...greeting, version: 5, digest: "greet-5" };
  await using site = await orphan((first) => first.finishNextTask(failed), [next]);
  expect(await post(`${site.job}/restart`, { version: 5 })).toMatchObject({
    status: 200,
    json: { version: 5, run: 2, state: "pending" },
  });
  expect((await send(`${site.job}/history`)).text).not.toContain("4711-0815");
});

test("a program outside is told why its end of a task is not taken", async () => {
  await using first = await apiServer({ workflows: [greet({ root: external("0", "mail") })] });
  await post(`${first.url}/api/v1/workflow/greet`, { name: "Ada" });
  const { json } = await post(`${first.url}/api/v1/external/mail/poll`, {});
  const [{ task } = { task: "" }] = (json as { tasks: { task: string }[] }).tasks;
  await byHand(first.place).withoutDefinition("greet");
  await using server = await apiServer({ at: first.place, workflows: [] });
  for (const how of ["heartbeat", "complete", "fail"]) {
    const body = how === "complete" ? { task, output: 1 } : how === "fail" ? { task, message: "no" } : { task };
    expect(await post(`${server.url}/api/v1/external/${how}`, body), how).toMatchObject(missing);
  }
});
