import { type Db, MongoClient } from "mongodb";
import { expect, onTestFinished, test } from "vitest";
import { newWorkerId } from "../../../src/model/ids.ts";
import { workerInfo } from "../../support/jobs.ts";
import { type ApiServer, apiServer } from "../api/api-server.ts";
import {
  allOf,
  firstVersion,
  firstVersionMessage,
  laterPending,
  laterProcessing,
  laterVersion,
} from "./legacy-documents.ts";

const firstId = firstVersion._id.toHexString();

async function databaseOf({ place }: ApiServer): Promise<Db> {
  if (place.kind !== "mongodb") throw new Error("These tests are about MongoDB");
  const client = new MongoClient(place.uri);
  onTestFinished(() => client.close());
  return client.db(place.database);
}

/** A server on a database in which both versions of the original left their jobs. */
async function serverWithLegacyJobs() {
  const server = await apiServer({ settings: { secretNames: ["authorization"] } });
  onTestFinished(() => server[Symbol.asyncDispose]());
  const database = await databaseOf(server);
  await database.collection<{ _id: unknown }>("jobs_status").insertOne(firstVersion);
  const inJobs = [firstVersionMessage, laterVersion, laterPending, laterProcessing];
  await database.collection<{ _id: unknown }>("jobs").insertMany(inJobs);
  return { server, database };
}

async function read(server: ApiServer, path: string): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await fetch(`${server.url}${path}`);
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

test("a job of the original is explained as far as it is known: that another program ran it, and that it can only be read", async () => {
  const { server } = await serverWithLegacyJobs();
  const { status, body } = await read(server, `/api/v1/jobs/${firstId}/explanation`);
  expect(status).toBe(200);
  expect(body).toMatchObject({
    state: "completed",
    summary: expect.stringContaining("Another program runs it, or ran it"),
    advice: [expect.stringContaining("can only be read")],
  });
  expect(body).not.toHaveProperty("waiting");
});

test("a job of the original's first version is shown on its own page, without the logins that it kept", async () => {
  const { server } = await serverWithLegacyJobs();
  const { status, body } = await read(server, `/api/workflow/greet/${firstId}`);
  expect(status).toBe(200);
  expect(body).toMatchObject({
    id: firstId,
    workflowName: "greet",
    status: "done",
    insert_time: "2019-12-01T08:20:49.000Z",
    inputParameters: [
      { name: "device_id", value: "d1" },
      { name: "authorization", value: "***" },
    ],
  });
  expect(body["results"]).toEqual([
    {
      name: "task 1",
      type: "http",
      success: true,
      skipped: false,
      httpRequest: {
        uri: "http://inventory:8080/d1?auth=***",
        method: "PUT",
        body: '{"device_id": "d1"}',
        headers: ["X-MEN-RequestID: r1", "Authorization: ***"],
      },
      httpResponse: { statusCode: 204, body: "" },
    },
  ]);
});

test("a job of a later version is shown with the results of every kind of task", async () => {
  const { server } = await serverWithLegacyJobs();
  const { body } = await read(server, `/api/v1/workflow/provision_device/${laterVersion._id}`);
  expect(body).toMatchObject({
    id: laterVersion._id,
    workflowName: "provision_device",
    version: 4,
    status: "failed",
    insert_time: "2021-03-04T05:06:07.890Z",
    inputParameters: [{ name: "device_id", value: '{"a":1}' }],
  });
  expect(body["results"]).toMatchObject([
    {
      name: "call",
      success: true,
      httpRequest: { uri: "http://a/", method: "POST", body: "{}", headers: ["Content-Type: application/json"] },
      httpResponse: { statusCode: 201, body: "made" },
    },
    { name: "not needed", success: true, skipped: true },
    { name: "mail", smtp: { sender: "a@example.com", recipients: ["b@example.com"], message: "hello", error: "" } },
    { name: "tell", nats: { error: "" } },
    { name: "tool", success: false, cli: { command: ["/bin/false"], output: "", error: "it failed", exitCode: 1 } },
  ]);
});

test("pending and running ones show as they were left, have no history and cannot be changed", async () => {
  const { server } = await serverWithLegacyJobs();
  for (const [{ _id: id }, status] of [
    [laterPending, "pending"],
    [laterProcessing, "processing"],
  ] as const) {
    expect((await read(server, `/api/v1/jobs/${id}`)).body).toMatchObject({ status, results: [] });
    expect(await read(server, `/api/v1/jobs/${id}/history`)).toEqual({ status: 200, body: { history: [] } });
    for (const action of ["/cancel", "/pause", "/resume", "/retry", "/restart", ""]) {
      const method = action === "" ? "DELETE" : "POST";
      const answer = await fetch(`${server.url}/api/v1/jobs/${id}${action}`, { method });
      expect(answer.status, action).toBe(409);
      const error = expect.stringContaining("belongs to another program");
      expect(await answer.json()).toMatchObject({ code: "not_allowed_in_state", error });
    }
  }
});

test("another workflow's page does not show it, and other documents are no jobs", async () => {
  const { server, database } = await serverWithLegacyJobs();
  expect((await read(server, `/api/v1/workflow/other/${firstId}`)).status).toBe(404);
  await database.collection("jobs_status").deleteMany({});
  expect((await read(server, `/api/v1/jobs/${firstId}`)).status).toBe(404); // the message on the bus is left
});

test("whatever workers and housekeeping do, the original's documents stay as they are", async () => {
  const { server, database } = await serverWithLegacyJobs();
  const { jobs, search, workers, housekeeping } = server.store;
  const before = [await allOf(database, "jobs_status"), await allOf(database, "jobs")];
  const worker = newWorkerId();
  const nowMs = Date.now() + 365 * 86_400_000;
  await workers.register(workerInfo(worker));
  for (const of of ["healthy", "suspect"] as const)
    expect(await jobs.claim({ worker, limit: 100, nowMs, of })).toMatchObject({ kind: "claimed", jobs: [] });
  expect(await jobs.overdue(nowMs, 100)).toEqual([]);
  expect(await housekeeping.prune({ finishedBeforeMs: nowMs, idempotencyWindowMs: 0, nowMs, limit: 100 })).toBe(0);
  expect((await search.find({ limit: 100 })).jobs).toEqual([]);
  expect((await housekeeping.health(nowMs)).waitingSince).toBeUndefined();
  await workers.expire(worker, 1, nowMs);
  expect([await allOf(database, "jobs_status"), await allOf(database, "jobs")]).toEqual(before);
});
