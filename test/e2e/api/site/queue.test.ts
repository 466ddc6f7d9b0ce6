import { expect, test } from "vitest";
import { jobIdOf, pendingJob, workerInfo } from "../../../support/jobs.ts";
import { external } from "../../../support/sample-workflow.ts";
import { insertAll } from "../../../support/store/fresh-store.ts";
import { type ApiServer, apiServer, greet } from "../api-server.ts";
import { post, send } from "../http-client.ts";

async function start({ url }: ApiServer, path: string): Promise<string> {
  const { status, json } = await post(`${url}/api/v1/workflow/${path}`, { name: "Ada" });
  expect(status).toBe(201);
  return (json as { id: string }).id;
}

interface Queue {
  readonly waiting: readonly {
    readonly workflow: string;
    readonly waiting: string;
    readonly oldest?: { id: string };
  }[];
}

async function queueOf({ url }: ApiServer, query = ""): Promise<Queue> {
  const { status, json } = await send(`${url}/api/v1/queue${query}`);
  expect(status).toBe(200);
  return json as Queue;
}

test("of each workflow it is told how many jobs wait for what, since when, until when, and why", async () => {
  const label = greet({ name: "label", digest: "l".repeat(64), root: external("0", "labels") });
  await using server = await apiServer({ workflows: [greet(), label] });
  const inAnHour = new Date(Date.now() + 3_600_000).toISOString();
  const [first] = [await start(server, "greet"), await start(server, "greet")];
  const later = await start(server, `greet?after=${inAnHour}`);
  const paused = await start(server, "greet");
  await post(`${server.url}/api/v1/jobs/${paused}/pause`, {});
  const printed = await start(server, "label");

  const queue = await queueOf(server);
  expect(queue.waiting.map((row) => [row.workflow, row.waiting, row.oldest?.id])).toEqual([
    ["greet", "worker", first],
    ["greet", "paused", paused],
    ["greet", "start", later],
    ["label", "external", printed],
  ]);
  expect(queue).toMatchObject({
    rows: 4,
    waiting: [
      { jobs: 2, why: "No worker runs: start one with workflows worker" },
      { jobs: 1, why: "People paused them: workflows jobs resume ID" },
      { jobs: 1, oldest: { due_time: inAnHour }, why: "Their starts asked for a later time" },
      { jobs: 1, why: expect.stringContaining("POST /api/v1/external/QUEUE/poll") },
    ],
    external: [{ queue: "labels", workflows: ["label"], offered: 1, offeredIsExact: true }],
  });
  const one = await queueOf(server, "?workflow=label");
  expect(one).toMatchObject({ rows: 1, waiting: [{ workflow: "label" }] });
});

test("a job whose time has come is told as one that waits for a worker, and what a worker holds waits no more", async () => {
  await using server = await apiServer();
  const { store } = server;
  await insertAll(store, [pendingJob("due", { waiting: "retry" })]);
  await store.workers.register(workerInfo("w1", { takes: {} }));
  expect(await queueOf(server)).toMatchObject({
    waiting: [
      {
        waiting: "retry",
        jobs: 1,
        oldest: { id: jobIdOf("due") },
        why: "They are due: a worker takes them in turn (lists show those whose time has come as waiting for worker)",
      },
    ],
  });
  await store.jobs.claim({ worker: "w1", limit: 1, nowMs: Date.now(), of: "healthy" });
  expect(await queueOf(server)).toEqual({ waiting: [], rows: 0, external: [] });
});

test("a query that nobody reads is refused", async () => {
  await using server = await apiServer();
  const { status, json } = await send(`${server.url}/api/v1/queue?workflw=a`);
  expect({ status, json }).toMatchObject({
    status: 400,
    json: { code: "invalid_request", error: "Invalid query: workflw is not known; did you mean workflow?" },
  });
});
