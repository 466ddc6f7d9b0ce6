import { expect, test } from "vitest";
import type { Outcome } from "../../../../src/model/job/task-execution.ts";
import { byHand } from "../../../support/store/by-hand.ts";
import { type ApiServer, apiServer, greet, httpTask } from "../api-server.ts";
import { post, send } from "../http-client.ts";

// A person removed what stands apart from a job, or put back a backup without it.

const large = "x".repeat(100_000);
const two = { kind: "sequence", children: [httpTask("0", "first"), httpTask("1", "second")] } as const;
const workflows = [greet({ root: two, secretParameters: ["pin"] })];
const incomplete = {
  status: 409,
  json: {
    code: "job_incomplete",
    error: expect.stringMatching(/its input; put it back from a backup, or cancel or delete the job/) as string,
  },
};

function answered(body: string): Outcome {
  return { kind: "succeeded", result: { response: { statusCode: 200, body } } };
}

async function started(server: ApiServer, input: object): Promise<string> {
  return ((await post(`${server.url}/api/v1/workflow/greet`, input)).json as { id: string }).id;
}

test("a job whose input is gone is shown without it, and what could repeat its secrets is hidden", async () => {
  await using server = await apiServer({ workflows });
  const id = await started(server, { name: large, pin: "4711-0815" });
  await server.finishNextTask(answered("hello 4711-0815"));
  await byHand(server.place).withoutLongTexts(id);
  const job = await send(`${server.url}/api/v1/jobs/${id}`);
  expect(job).toMatchObject({
    status: 200,
    json: { damage: "its input", inputParameters: [], results: [{ name: "first", httpResponse: { body: "***" } }] },
  });
  expect(job.text).not.toContain("4711-0815");
  const history = await send(`${server.url}/api/v1/jobs/${id}/history`);
  expect(history).toMatchObject({ status: 200 });
  expect(history.text).not.toContain("4711-0815");
  expect(await send(`${server.url}/api/v1/jobs/${id}/explanation`)).toMatchObject({
    status: 200,
    json: { summary: expect.stringContaining("The store has lost a part of it: its input") as string },
  });
});

test("it can be cancelled and deleted, and nothing else is done with it", async () => {
  await using server = await apiServer({ workflows });
  const id = await started(server, { name: large });
  await byHand(server.place).withoutLongTexts(id);
  const job = `${server.url}/api/v1/jobs/${id}`;
  for (const action of ["pause", "events/word"]) expect(await post(`${job}/${action}`, {})).toMatchObject(incomplete);
  expect(await post(`${job}/cancel`, {})).toMatchObject({ status: 200, json: { state: "terminated" } });
  for (const [action, body] of [
    ["retry", {}],
    ["restart", {}],
    ["retry", { task: "first" }],
    ["skip", { task: "second" }],
  ] as const)
    expect(await post(`${job}/${action}`, body)).toMatchObject(incomplete);
  expect(await send(job, { method: "DELETE" })).toMatchObject({ status: 200 });
  expect(await send(job)).toMatchObject({ status: 404 });
});

test("a job that lacks the result of a task is shown with the others", async () => {
  await using server = await apiServer({ workflows });
  const id = await started(server, { name: "Ada" });
  await server.finishNextTask(answered(large));
  await byHand(server.place).withoutLongTexts(id);
  const job = `${server.url}/api/v1/jobs/${id}`;
  expect(await send(job)).toMatchObject({
    status: 200,
    json: {
      damage: expect.stringContaining("task") as string,
      inputParameters: [{ name: "name", value: "Ada" }],
      tasks: [{ name: "second" }],
    },
  });
  expect(await post(`${job}/pause`, {})).toMatchObject({ status: 409, json: { code: "job_incomplete" } });
});
