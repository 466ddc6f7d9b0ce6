import { expect, test } from "vitest";
import { leasedJob, testTime, workerInfo } from "../../../support/jobs.ts";
import { insertAll } from "../../../support/store/fresh-store.ts";
import { apiServer } from "../api-server.ts";
import { send } from "../http-client.ts";

test("workers are told with what they take, their room, and the jobs that they hold", async () => {
  await using server = await apiServer();
  const { workers } = server.store;
  const info = { host: "machine/boot/pids", pid: 77, concurrency: 5 };
  await workers.register(
    workerInfo("w2", {
      ...info,
      startedAt: testTime + 1000,
      takes: { topics: ["fast"], workflows: ["a", "b"], except: ["c"] },
    }),
  );
  await workers.register(workerInfo("w1", { ...info, takes: {} }));
  await insertAll(server.store, [leasedJob("one", "w2"), leasedJob("two", "w2")]);
  await workers.beat({ worker: "w2", beat: 2, room: 3, held: [] });
  const { status, json } = await send(`${server.url}/api/v1/workers`);
  expect(status).toBe(200);
  const same = { host: "machine", pid: 77, ended: false, concurrency: 5 };
  expect(json).toEqual({
    workers: [
      { ...same, id: "w1", start_time: "2023-11-14T22:13:20.000Z", beat: 1, room: 5, jobs: 0, takes: {} },
      {
        ...same,
        id: "w2",
        start_time: "2023-11-14T22:13:21.000Z",
        beat: 2,
        room: 3,
        jobs: 2,
        takes: { topics: ["fast"], workflows: ["a", "b"], excludedWorkflows: ["c"] },
      },
    ],
  });
});

test("a query that nobody reads is refused", async () => {
  await using server = await apiServer();
  const { status, json } = await send(`${server.url}/api/v1/workers?topic=fast`);
  expect({ status, json }).toMatchObject({
    status: 400,
    json: { code: "invalid_request", details: [{ at: "/topic" }] },
  });
});
