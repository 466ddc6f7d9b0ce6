import { expect, test } from "vitest";
import { sequence, task, wait, workflow } from "../../support/sample-workflow.ts";
import { type ApiServer, apiServer } from "./api-server.ts";
import { send } from "./http-client.ts";

const approval = workflow(sequence(wait("0", { event: "approved" }), task("1")), { name: "approval" });

async function waitingJob(server: ApiServer): Promise<string> {
  const answer = await send(`${server.url}/api/v1/workflow/approval`, { method: "POST", body: "{}" });
  return (answer.json as { id: string }).id;
}

function tell(server: ApiServer, path: string, body?: string, headers: Record<string, string> = {}) {
  return send(`${server.url}/api/v1/jobs/${path}`, { method: "POST", headers, ...(body !== undefined && { body }) });
}

test("an event goes to the job that waits for it, with its data, once", async () => {
  await using server = await apiServer({ workflows: [approval] });
  const id = await waitingJob(server);
  const headers = { "idempotency-key": "letter 7" };
  const told = await tell(server, `${id}/events/approved`, '{"by":"eve"}', headers);
  expect(told.status, told.text).toBe(200);
  expect(told.json).toMatchObject({ id, tasks: [{ state: "completed" }, { state: "scheduled" }] });
  const again = await tell(server, `${id}/events/approved`, '{"by":"eve"}', headers);
  expect(again).toMatchObject({ status: 200, headers: { "idempotency-replayed": "true" } });
  const job = await server.store.jobs.get(id);
  expect(job?.tasks[0]?.result).toEqual({
    request: { event: "approved", id: "letter 7", by: "anonymous" },
    response: { json: { by: "eve" } },
  });
});

test.each([
  ["an event that the job does not wait for", "ID/events/paid", undefined, 409, "not_awaited"],
  ["a job that is not there", "0123456789abcdef01234567/events/approved", undefined, 404, "job_not_found"],
  ["an id that is none", "x/events/approved", undefined, 404, "job_not_found"],
  ["data that is no object", "ID/events/approved", "[1]", 400, "invalid_body"],
  ["data that is no JSON", "ID/events/approved", "{", 400, "invalid_body"],
] as const)("%s is refused, and changes nothing", async (_what, path, body, status, code) => {
  await using server = await apiServer({ workflows: [approval] });
  const id = await waitingJob(server);
  const before = await server.store.jobs.get(id);
  expect(await tell(server, path.replace("ID", id), body)).toMatchObject({ status, json: { code } });
  expect(await server.store.jobs.get(id)).toEqual(before);
});

test("a job that has ended is told of nothing", async () => {
  await using server = await apiServer({ workflows: [approval] });
  const id = await waitingJob(server);
  await tell(server, `${id}/cancel`);
  expect(await tell(server, `${id}/events/approved`)).toMatchObject({
    status: 409,
    json: { code: "not_allowed_in_state", error: expect.stringContaining("terminated") },
  });
});
